//! `deploy completions`: prints the completions of a shell.

use clap::CommandFactory;
use clap_complete::generate;

use crate::arguments::{Arguments, Completions};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub fn run(session: &Session, arguments: Completions) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Arguments::command(), "deploy", &mut script);
    session.terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
