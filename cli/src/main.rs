//! `deploy`: brings an application, and everything it stands on, to the state that its environment files describe.
//!
//! The command line: arguments, prompts, rendering, progress, exit codes. The only crate that prints, asks
//! or ends the process. It decides nothing about resources: the engine plans and applies, plugins call AWS.

mod approval;
mod arguments;
mod command;
mod connect;
mod error;
mod exit;
mod interrupt;
mod lock;
mod plugins;
mod rollout;
mod saved;
mod survey;
mod terminal;
mod view;
mod workspace;

use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use crate::arguments::Arguments;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::terminal::{Colour, Terminal};
use crate::view::Style;
use crate::view::usage::usage_text;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error).into(),
    };
    let colour = if arguments.global.no_color { Colour::Never } else { Colour::Automatic };
    let terminal = Terminal::of_process(colour).repeating(arguments.global.place());
    let tells_programs = arguments.command.tells_programs();
    let result = run(arguments, terminal);
    if tells_programs {
        // A reader that went away is no failure of the run.
        let _ = terminal.print(&ended(&result));
    }
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.say(&error.text(terminal.err));
            error.exit().into()
        }
    }
}

/// The last event of a run whose output is events: whoever waits for more need not.
fn ended(result: &Result<Exit, CommandError>) -> String {
    let event = match result {
        Ok(exit) => json!({ "event": "ended", "exit": exit.code() }),
        Err(error) => json!({ "event": "ended", "exit": error.exit().code(), "error": error.text(Style::Plain) }),
    };
    format!("{event}\n")
}

fn run(arguments: Arguments, terminal: Terminal) -> Result<Exit, CommandError> {
    let interrupts = Interrupts::listen()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CommandError::io("cannot start"))?;
    runtime.block_on(command::run(arguments, terminal, interrupts))
}

/// What clap has to say: help and version are data, anything else is bad input.
fn usage(error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    let exit = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Exit::BadInput,
        _ => {
            let terminal = Terminal::of_process(Colour::Automatic);
            terminal.say(&usage_text(error, terminal.err));
            return Exit::BadInput;
        }
    };
    // A reader that went away is no failure.
    let _ = error.print();
    exit
}
