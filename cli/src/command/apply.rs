//! `deploy apply`: brings an environment to the state that its files describe, after asking.

use std::path::Path;

use deploy_ledger::Release;
use deploy_model::Plan;

use crate::approval::{Approver, Assent};
use crate::arguments::{Apply, Format, Patience};
use crate::command::Session;
use crate::commit::CommitQuestion;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::release::release;
use crate::rollout::{Rolled, roll_out};
use crate::saved::{SavedPlan, is_plan_file};
use crate::survey::{Direction, survey};
use crate::tenure::Tenure;
use crate::view::closing::closing_json;
use crate::view::plan_json::plan_json;
use crate::view::plan_text::{Detail, plan_text};
use crate::view::progress::Progress;
use crate::workspace::{Intended, Workspace};

pub async fn run(session: &Session, arguments: Apply) -> Result<Exit, CommandError> {
    let format = arguments.format;
    let outcome = perform(session, arguments).await;
    close(session, format, &outcome);
    outcome
}

/// The last events of a run for programs, however it ended.
pub fn close(session: &Session, format: Format, outcome: &Result<Exit, CommandError>) {
    if format == Format::Json {
        let events = closing_json(outcome, session.tally.steps());
        let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
        // Where nobody reads any more, the outcome is still the outcome.
        let _ = session.terminal.print(&lines);
    }
}

async fn perform(session: &Session, arguments: Apply) -> Result<Exit, CommandError> {
    let Apply { format, patience, .. } = arguments;
    let workspace = Workspace::open(&session.global, session.terminal)?;
    if let Some(file) = arguments.target.as_deref().filter(|target| is_plan_file(target)) {
        return apply_saved(session, workspace, Path::new(file), format, patience).await;
    }
    let intended = workspace.intended(arguments.target.as_deref())?;
    let approver = Approver { given: arguments.approval, terminal: session.terminal, interrupts: &session.interrupts };
    let manner = Manner { format, assent: Assent::Asked(approver), patience };
    carry_out(session, &workspace, &intended, Direction::Up, manner).await
}

/// Plans, shows, has approved, and does. The way of `apply` and `destroy` alike.
pub async fn carry_out(
    session: &Session,
    workspace: &Workspace,
    intended: &Intended,
    direction: Direction,
    manner: Manner<'_>,
) -> Result<Exit, CommandError> {
    let environment = &intended.configuration.environment;
    manner.assent.must_be_possible()?;
    let connection = Connection::open(workspace, intended).await?;
    let doing = match direction {
        Direction::Up => format!("deploy apply {environment}"),
        Direction::Down => format!("deploy destroy {environment}"),
    };
    let wish = (doing, manner.patience.lock_timeout);
    let tenure = Tenure::begin(workspace, intended, &connection, wish, (session.terminal, &session.interrupts)).await?;
    let outcome = under_lock(session, workspace, intended, &connection, direction, &manner, &tenure).await;
    let (outcome, release) = match outcome {
        Ok(Some((rolled, release))) => (tenure.lost().map_or(rolled.result, Err), Some(release)),
        Ok(None) => (Ok(()), None),
        Err(error) => (Err(error), None),
    };
    tenure.end(release).await;
    outcome.map(|()| Exit::Done)
}

/// How a plan is shown and approved, and what becomes of it where another run is at work.
pub struct Manner<'a> {
    /// How it is shown.
    pub format: Format,
    /// How it comes to be approved.
    pub assent: Assent<'a>,
    /// How long another run is waited for.
    pub patience: Patience,
}

/// What is done while nobody else changes the environment; nothing where there is nothing to do.
async fn under_lock(
    session: &Session,
    workspace: &Workspace,
    intended: &Intended,
    connection: &Connection,
    direction: Direction,
    manner: &Manner<'_>,
    tenure: &Tenure,
) -> Result<Option<(Rolled, Release)>, CommandError> {
    let Manner { format, assent, .. } = manner;
    let progress = Progress::of(*format, 0, session.terminal);
    let survey = survey(intended, connection, direction, (&tenure.aftermath(&connection.journal), &progress)).await?;
    drop(progress);
    assent.must_cover(&survey.plan)?;
    let shown = show(session, &survey.plan, &survey.source(intended), *format);
    if survey.plan.is_empty() {
        return shown.map(|()| None);
    }
    shown.map_err(unread)?;
    let approved = assent.approve(survey.plan, &intended.configuration.settings).await?;
    let prefix = intended.context.prefix.as_str();
    let commit = CommitQuestion::ask(workspace.project().root());
    let rolled = roll_out(&approved, (connection, prefix), tenure.permit(), session, *format).await?;
    let release = release(approved.plan(), &rolled, tenure.holder(), commit, tenure.lost().is_some());
    Ok(Some((rolled, release)))
}

/// Applies exactly what was saved, if it still holds.
async fn apply_saved(
    session: &Session,
    workspace: Workspace,
    file: &Path,
    format: Format,
    patience: Patience,
) -> Result<Exit, CommandError> {
    let SavedPlan { sets, plan: saved } = SavedPlan::read(file)?;
    let workspace = workspace.for_saved(sets, &saved.owner.environment, saved.place.local);
    let intended = workspace.intended_by_name(None)?;
    let direction = if saved.destroy { Direction::Down } else { Direction::Up };
    let manner = Manner { format, assent: Assent::HandedIn(&saved), patience };
    carry_out(session, &workspace, &intended, direction, manner).await
}

/// A plan that nobody has read is not carried out, and that is no success.
fn unread(error: CommandError) -> CommandError {
    match error {
        CommandError::ReaderGone => CommandError::refused(
            "standard output was closed before the plan was read; nothing was changed",
            "let it go to a terminal or a file",
        ),
        error => error,
    }
}

/// The plan before it is approved: on standard error where standard output belongs to the events.
fn show(session: &Session, plan: &Plan, source: &str, format: Format) -> Result<(), CommandError> {
    let terminal = session.terminal;
    let detail = Detail::of(session.global.verbose);
    match format {
        Format::Text => terminal.print(&plan_text(plan, source, terminal.out, detail)),
        Format::Json => {
            terminal.say(&plan_text(plan, source, terminal.err, detail));
            let line = serde_json::json!({ "event": "planned", "plan": plan_json(plan) });
            terminal.print(&format!("{line}\n"))
        }
    }
}
