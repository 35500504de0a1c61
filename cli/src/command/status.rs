//! `deploy status`: what is there, and whether it is as the files say.

use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::survey::look;
use crate::view::status::{status_json, status_text};
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let (intended, survey) = look(&workspace, arguments.environment.as_deref(), terminal).await?;
    match arguments.format {
        Format::Text => {
            terminal.print(&status_text(&survey.actual, &survey.plan, &survey.source(&intended), terminal.out))?;
        }
        Format::Json => terminal.print_json(&status_json(&survey.actual, &survey.plan))?,
    }
    Ok(Exit::Done)
}
