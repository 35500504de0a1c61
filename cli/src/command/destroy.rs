//! `deploy destroy`: takes an environment down, after asking for its name.

use crate::approval::{Approver, Assent};
use crate::arguments::Destroy;
use crate::command::Session;
use crate::command::apply::{Manner, carry_out, close};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::survey::Direction;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Destroy) -> Result<Exit, CommandError> {
    let format = arguments.format;
    let outcome = perform(session, arguments).await;
    close(session, format, &outcome);
    outcome
}

async fn perform(session: &Session, arguments: Destroy) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended_by_name(arguments.environment.as_deref())?;
    let approver = Approver { given: arguments.approval, terminal: session.terminal, interrupts: &session.interrupts };
    let manner = Manner { format: arguments.format, assent: Assent::Asked(approver), patience: arguments.patience };
    carry_out(session, &workspace, &intended, Direction::Down, manner).await
}
