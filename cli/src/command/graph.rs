//! `deploy graph`: draws what stands on what, from the files alone.

use crate::arguments::{Drawing, Graph};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::graph::{graph_mermaid, graph_text};
use crate::workspace::Workspace;

pub fn run(session: &Session, arguments: Graph) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    terminal.print(&match arguments.format {
        Drawing::Text => graph_text(&intended.blueprint, terminal.out),
        Drawing::Mermaid => graph_mermaid(&intended.blueprint),
    })?;
    Ok(Exit::Done)
}
