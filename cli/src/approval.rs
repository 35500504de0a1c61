//! How a plan is approved: asked for on a terminal, given by options without one, refused where it must be.

use deploy_config::Settings;
use deploy_engine::{Approval, ApprovedPlan, Refusal, Stakes, applicable, approve};
use deploy_model::{Place, Plan};
use dialoguer::{Confirm, Input};

use crate::arguments;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::freshness::must_be_fresh;
use crate::interrupt::Interrupts;
use crate::terminal::Terminal;
use crate::workspace::Intended;

/// How the plan of a run comes to be approved.
pub enum Assent<'a> {
    /// Somebody is asked, or has answered by options.
    Asked(Approver<'a>),
    /// Somebody has looked at this plan before, saved, and hands it in.
    HandedIn(&'a Plan),
}

/// Who may be asked, and what was said beforehand.
pub struct Approver<'a> {
    /// The options of the command.
    pub given: arguments::Approval,
    /// The terminal.
    pub terminal: Terminal,
    /// Restores the terminal if the user leaves at the prompt.
    pub interrupts: &'a Interrupts,
}

impl Assent<'_> {
    /// Refuses, before anything is called, where nobody can ever approve.
    ///
    /// # Errors
    /// Without a terminal and without `--yes`.
    pub fn must_be_possible(&self) -> Result<(), CommandError> {
        match self {
            Self::Asked(approver) if !approver.given.yes && !approver.terminal.can_ask() => {
                let message = "changes need approval, and there is no terminal to ask on";
                Err(CommandError::refused(
                    message,
                    "add `--yes`, or save a plan and hand it in: `deploy plan ENV -o FILE`",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Checks the plan that was made now against the one that was handed in.
    ///
    /// # Errors
    /// Where that one is stale.
    pub fn must_cover(&self, now: &Plan) -> Result<(), CommandError> {
        match self {
            Self::Asked(_) => Ok(()),
            Self::HandedIn(saved) => must_be_fresh(saved, now),
        }
    }

    /// Has a plan approved.
    ///
    /// # Errors
    /// Where it may not be applied at all, nobody can be asked, or the answer is no.
    pub async fn approve(&self, plan: Plan, settings: &Settings) -> Result<ApprovedPlan, CommandError> {
        let environment = plan.owner.environment.clone();
        let refused = |refusal: Refusal| refusal_text(&refusal, &environment);
        applicable(&plan, settings.protect).map_err(refused)?;
        let stakes = Stakes::of(&plan, settings.production);
        let approval = match self {
            Self::Asked(approver) => approver.answer(&plan, stakes).await?,
            Self::HandedIn(_) => Approval::Named,
        };
        approve(plan, stakes, settings.protect, approval).map_err(refused)
    }
}

impl Approver<'_> {
    async fn answer(&self, plan: &Plan, stakes: Stakes) -> Result<Approval, CommandError> {
        let environment = &plan.owner.environment;
        match (stakes, self.given.yes) {
            (Stakes::Nothing, _) | (Stakes::Ordinary, true) => Ok(Approval::Yes),
            (Stakes::High, true) if self.given.allow_destroy => Ok(Approval::Named),
            _ if !self.terminal.can_ask() => Err(nobody_to_ask(plan)),
            (Stakes::Ordinary, false) => {
                let prompt = format!("Apply this plan to {environment} ({})?", place_in_words(&plan.place));
                match self.ask(move || ask(&prompt)).await? {
                    true => Ok(Approval::Yes),
                    false => Err(declined()),
                }
            }
            (Stakes::High, _) => {
                let what = if plan.destroy { "destroy everything in it" } else { "change it" };
                let prompt = format!("Type {environment} to {what}: {}", place_in_words(&plan.place));
                match self.ask(|| typed(prompt)).await? == *environment {
                    true => Ok(Approval::Named),
                    false => Err(declined()),
                }
            }
        }
    }

    /// Asks beside everything else: the lock is renewed however long somebody reads.
    async fn ask<T: Send + 'static>(
        &self,
        prompt: impl FnOnce() -> dialoguer::Result<T> + Send + 'static,
    ) -> Result<T, CommandError> {
        let interrupts = self.interrupts.clone();
        let answer = tokio::task::spawn_blocking(move || interrupts.ask(prompt)).await;
        answer.expect("a prompt does not panic").map_err(prompt_error)
    }
}

/// Has one question answered with yes, by a key or by `--yes`.
///
/// # Errors
/// Where the answer is no, or nobody can be asked.
pub fn confirm(session: &Session, yes: bool, question: &str) -> Result<(), CommandError> {
    if yes {
        return Ok(());
    }
    if !session.terminal.can_ask() {
        let message = "this needs approval, and there is no terminal to ask on; nothing was changed";
        return Err(CommandError::refused(message, "add `--yes`"));
    }
    confirmed(session.interrupts.ask(|| ask(question)).map_err(prompt_error)?)
}

/// Has a change of an environment's secrets approved: by a key, in production by the environment's name, or by `--yes`.
///
/// # Errors
/// Where the answer is no, or nobody can be asked.
pub fn confirm_secrets(session: &Session, yes: bool, intended: &Intended, question: &str) -> Result<(), CommandError> {
    if !intended.configuration.settings.production || yes || !session.terminal.can_ask() {
        return confirm(session, yes, question);
    }
    confirm_by_name(session, &intended.configuration.environment, question)
}

/// Has a change that is no plan approved: by a key or `--yes`, in production by the environment's name or
/// `--yes --allow-destroy`.
///
/// # Errors
/// Where the answer is no, or nobody can be asked.
pub fn confirm_change(
    session: &Session,
    given: arguments::Approval,
    intended: &Intended,
    question: &str,
) -> Result<(), CommandError> {
    let environment = &intended.configuration.environment;
    if !intended.configuration.settings.production {
        return confirm(session, given.yes, question);
    }
    if given.yes && given.allow_destroy {
        return Ok(());
    }
    if !session.terminal.can_ask() {
        let message = format!("this changes production (`{environment}`), and there is no terminal to ask on");
        return Err(CommandError::refused(message, "add `--yes --allow-destroy`"));
    }
    confirm_by_name(session, environment, question)
}

fn confirm_by_name(session: &Session, environment: &str, question: &str) -> Result<(), CommandError> {
    let prompt = format!("{question} Type {environment}");
    confirmed(session.interrupts.ask(|| typed(prompt)).map_err(prompt_error)? == environment)
}

fn confirmed(is_approved: bool) -> Result<(), CommandError> {
    match is_approved {
        true => Ok(()),
        false => Err(CommandError::refused("not approved; nothing was changed", "run it again to be asked again")),
    }
}

fn typed(prompt: String) -> dialoguer::Result<String> {
    Input::new().with_prompt(prompt).allow_empty(true).interact_text()
}

fn ask(question: &str) -> dialoguer::Result<bool> {
    Confirm::new().with_prompt(question).default(false).show_default(true).wait_for_newline(true).interact()
}

/// A place, for questions: `account 123456789012 in eu-west-1`.
pub fn place_in_words(place: &Place) -> String {
    let account = if place.local { "the embedded AWS" } else { "account" };
    format!("{account} {} in {}", place.account, place.region)
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

/// A plan that puts too much at stake for `--yes` alone.
fn nobody_to_ask(plan: &Plan) -> CommandError {
    let environment = &plan.owner.environment;
    let reason = match plan.is_destructive() {
        true => "replaces or destroys what exists".to_owned(),
        false => format!("changes production (`{environment}`)"),
    };
    let help = match plan.destroy {
        true => "add `--allow-destroy`".to_owned(),
        false => format!(
            "add `--allow-destroy`, or save the plan and hand it in: `deploy plan {environment} -o {environment}.plan`"
        ),
    };
    CommandError::refused(format!("this plan {reason}, and there is no terminal to ask on"), help)
}

fn refusal_text(refusal: &Refusal, environment: &str) -> CommandError {
    let help = match refusal {
        Refusal::Blocked(_) => "do what the lines marked `!` say, then run the same command again".to_owned(),
        Refusal::Tagged(_) => format!(
            "let environments/{environment}.toml still have them, with `protect = false`, and apply: that takes the tag away; then run this again"
        ),
        Refusal::Protected(_) => format!("set `protect = false` in environments/{environment}.toml first"),
        Refusal::NotEnough => "add `--allow-destroy`".to_owned(),
    };
    CommandError::refused(refusal.to_string(), help)
}
