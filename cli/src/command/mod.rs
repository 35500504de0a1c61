//! The commands, one a file.

mod apply;
mod completions;
mod config;
mod destroy;
mod graph;
mod history;
mod init;
mod local;
mod plan;
mod plugin;
mod rollout;
mod secrets;
mod status;
mod unlock;

use crate::arguments::{Arguments, Command, Global};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::tally::Tally;
use crate::terminal::Terminal;

/// What every command is given besides its own arguments.
pub struct Session {
    /// The options that every command takes.
    pub global: Global,
    /// Where it writes.
    pub terminal: Terminal,
    /// How it is stopped.
    pub interrupts: Interrupts,
    /// What the steps of its run came to.
    pub tally: Tally,
}

/// Runs the command that was typed.
///
/// # Errors
/// Whatever the command could not do.
pub async fn run(arguments: Arguments, terminal: Terminal, interrupts: Interrupts) -> Result<Exit, CommandError> {
    let Arguments { global, command } = arguments;
    if let Some(folder) = &global.directory {
        std::env::set_current_dir(folder).map_err(|error| {
            let message = format!("cannot work in `{}`: {error}", folder.display());
            CommandError::bad_input(message, "give `-C` a folder that exists")
        })?;
    }
    let session = Session { global, terminal, interrupts, tally: Tally::default() };
    match command {
        Command::Plan(arguments) => plan::run(&session, arguments).await,
        Command::Apply(arguments) => apply::run(&session, arguments).await,
        Command::Destroy(arguments) => destroy::run(&session, arguments).await,
        Command::Status(arguments) => status::run(&session, arguments).await,
        Command::Rollout(command) => rollout::run(&session, command).await,
        Command::History(arguments) => history::run(&session, arguments).await,
        Command::Unlock(arguments) => unlock::run(&session, arguments).await,
        Command::Secrets(command) => secrets::run(&session, command).await,
        Command::Config(command) => config::run(&session, command),
        Command::Graph(arguments) => graph::run(&session, arguments),
        Command::Plugin(command) => plugin::run(&session, command).await,
        Command::Init(arguments) => init::run(&session, &arguments),
        Command::Local(command) => local::run(&session, command).await,
        Command::Completions(arguments) => completions::run(&session, arguments),
    }
}
