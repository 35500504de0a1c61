//! `deploy config schema`: the JSON Schema of an environment file, for editors.

use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub fn run(session: &Session) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    session.terminal.print(&workspace.schema()?)?;
    Ok(Exit::Done)
}
