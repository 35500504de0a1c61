//! `deploy history`: what was applied and destroyed, by whom, and how it ended.

use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::tenure::ledger;
use crate::view::release::{history_text, release_json};
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    let environment = &intended.configuration.environment;
    let connection = Connection::open(&workspace, &intended).await?;
    let ledger = ledger(&connection, &intended);
    let (_, releases) = connection.place_beside(&intended, ledger.releases()).await?;
    let releases =
        releases.map_err(|fault| CommandError::Fault(format!("cannot read the history of {environment}"), fault))?;
    match arguments.format {
        Format::Text if releases.is_empty() => terminal.say(&format!("{environment} has no releases yet\n")),
        Format::Text => terminal.print(&history_text(&releases, terminal.out))?,
        Format::Json => terminal.print_json(&releases.iter().map(release_json).collect())?,
    }
    Ok(Exit::Done)
}
