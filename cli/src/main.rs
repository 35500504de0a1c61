//! `deploy`: brings an application, and everything it stands on, to the state that its environment files describe.
//!
//! The command line: arguments, prompts, rendering, progress, exit codes. The only crate that prints, asks
//! or ends the process. It decides nothing about resources: the engine plans and applies, plugins call AWS.

mod approval;
mod arguments;
mod command;
mod commit;
mod connect;
mod core_dumps;
mod error;
mod exit;
mod files;
mod freshness;
mod holder;
mod interrupt;
mod journal;
mod lock;
mod panics;
mod plugins;
mod random;
mod release;
mod rollout;
mod saved;
mod services;
mod survey;
mod tally;
mod tenure;
mod terminal;
mod view;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::terminal::{Colour, Terminal};
use crate::view::suggestion::Given;
use crate::view::usage::usage_text;

fn main() -> ExitCode {
    core_dumps::forbid();
    panics::withhold_words();
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(exit) = deploy_carrier::carried(&words) {
        return exit;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            Given::of(std::env::args_os(), None).remember();
            return usage(&error).into();
        }
    };
    Given::of(std::env::args_os(), Some(&arguments.global)).remember();
    let colour = if arguments.global.no_color { Colour::Never } else { Colour::Automatic };
    let terminal = Terminal::of_process(colour);
    match run(arguments, terminal) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.say(&error.text(terminal.err));
            error.exit().into()
        }
    }
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
