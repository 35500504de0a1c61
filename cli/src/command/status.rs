//! `deploy status`: what is there, and whether it is as the files say.

use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::survey::{Direction, survey};
use crate::view::progress::Progress;
use crate::view::status::{status_json, status_text};
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    let connection = Connection::open(&workspace, &intended).await?;
    let progress = Progress::of(Format::Text, 0, terminal);
    let survey = survey(&intended, &connection, Direction::Up, &progress).await?;
    drop(progress);
    match arguments.format {
        Format::Text => {
            terminal.print(&status_text(&survey.actual, &survey.plan, &intended.source(), terminal.out))?;
        }
        Format::Json => terminal.print_json(&status_json(&survey.actual, &survey.plan))?,
    }
    Ok(Exit::Done)
}
