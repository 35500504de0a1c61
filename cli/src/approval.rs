//! How a plan is approved: asked for on a terminal, given by options without one, refused where it must be.

use deploy_config::Settings;
use deploy_engine::{Approval, ApprovedPlan, Refusal, Stakes, applicable, approve};
use deploy_model::Plan;
use dialoguer::{Confirm, Input};

use crate::arguments;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::terminal::Terminal;

/// Who may be asked, and what was said beforehand.
pub struct Approver<'a> {
    /// The options of the command.
    pub given: arguments::Approval,
    /// The terminal.
    pub terminal: Terminal,
    /// Restores the terminal if the user leaves at the prompt.
    pub interrupts: &'a Interrupts,
}

impl Approver<'_> {
    /// Has a plan approved, by options or by asking.
    ///
    /// # Errors
    /// Where it may not be applied at all, nobody can be asked, or the answer is no.
    pub fn approve(&self, plan: Plan, settings: &Settings) -> Result<ApprovedPlan, CommandError> {
        let refused = |refusal: Refusal| refusal_text(&refusal, &plan.owner.environment);
        applicable(&plan, settings.protect).map_err(refused)?;
        let stakes = Stakes::of(&plan, settings.production);
        let approval = self.answer(&plan, stakes, settings)?;
        let environment = plan.owner.environment.clone();
        approve(plan, stakes, settings.protect, approval).map_err(|refusal| refusal_text(&refusal, &environment))
    }

    fn answer(&self, plan: &Plan, stakes: Stakes, settings: &Settings) -> Result<Approval, CommandError> {
        let environment = &plan.owner.environment;
        match (stakes, self.given.yes) {
            (Stakes::Nothing, _) | (Stakes::Ordinary, true) => Ok(Approval::Yes),
            (Stakes::High, true) if self.given.allow_destroy => Ok(Approval::Named),
            _ if !self.terminal.can_ask() => Err(nobody_to_ask(plan, stakes, settings)),
            (Stakes::Ordinary, false) => {
                let prompt = format!("Apply this plan to {environment} ({})?", place(plan));
                let asked = || Confirm::new().with_prompt(prompt).default(false).show_default(true).interact();
                match self.interrupts.ask(asked).map_err(prompt_error)? {
                    true => Ok(Approval::Yes),
                    false => Err(declined()),
                }
            }
            (Stakes::High, _) => {
                let prompt = format!("Type {environment} to change {}", place(plan));
                let asked = || Input::<String>::new().with_prompt(prompt).allow_empty(true).interact_text();
                match self.interrupts.ask(asked).map_err(prompt_error)? == *environment {
                    true => Ok(Approval::Named),
                    false => Err(declined()),
                }
            }
        }
    }
}

/// The approval that a saved plan carries: somebody has looked at it and handed it in.
///
/// # Errors
/// Where it may not be applied at all.
pub fn approve_saved(plan: Plan, settings: &Settings) -> Result<ApprovedPlan, CommandError> {
    let environment = plan.owner.environment.clone();
    let stakes = Stakes::of(&plan, settings.production);
    approve(plan, stakes, settings.protect, Approval::Named).map_err(|refusal| refusal_text(&refusal, &environment))
}

fn place(plan: &Plan) -> String {
    let account = if plan.place.local { "the embedded AWS" } else { "account" };
    format!("{account} {} in {}", plan.place.account, plan.place.region)
}

fn declined() -> CommandError {
    CommandError::refused("not approved; nothing was changed", "change the files and look at the plan again")
}

fn prompt_error(error: dialoguer::Error) -> CommandError {
    let dialoguer::Error::IO(error) = error;
    match error.kind() {
        std::io::ErrorKind::Interrupted => CommandError::Stopped(Exit::Interrupted),
        _ => CommandError::Io("cannot ask".to_owned(), error),
    }
}

fn nobody_to_ask(plan: &Plan, stakes: Stakes, settings: &Settings) -> CommandError {
    let environment = &plan.owner.environment;
    if stakes == Stakes::Ordinary {
        return CommandError::refused("this plan needs approval, and there is no terminal to ask on", "add `--yes`");
    }
    let reason = match (plan.is_destructive(), settings.production) {
        (true, _) => "replaces or destroys what exists".to_owned(),
        (false, _) => format!("changes production (`{environment}`)"),
    };
    CommandError::refused(
        format!("this plan {reason}, and there is no terminal to ask on"),
        format!(
            "add `--yes --allow-destroy`, or save the plan and hand it in: `deploy plan {environment} -o {environment}.plan`"
        ),
    )
}

fn refusal_text(refusal: &Refusal, environment: &str) -> CommandError {
    let help = match refusal {
        Refusal::Blocked(_) => "do what the lines marked `!` say, then run the same command again".to_owned(),
        Refusal::Protected(_) => format!("set `protect = false` in environments/{environment}.toml first"),
        Refusal::NotEnough => "add `--allow-destroy`".to_owned(),
    };
    CommandError::refused(refusal.to_string(), help)
}
