//! The one error of all commands: as data until `main` turns it into text and an exit code.

use std::io;

use deploy_config::{ConfigError, Diagnostic};
use deploy_engine::{Failure, Unsound};
use deploy_host::StartError;
use deploy_model::{Fault, FaultKind, Problem};

use crate::exit::Exit;
use crate::view::Style;
use crate::view::diagnostic::{diagnostics_text, help_line};
use crate::view::fault::{failures_text, fault_text};

/// Why a command did not succeed.
#[derive(Debug)]
pub enum CommandError {
    /// The configuration is wrong.
    Configuration(Vec<Diagnostic>),
    /// What was asked for cannot be done as it was asked; nothing was called.
    BadInput(Advice),
    /// Plugins of the project cannot be used; nothing was called.
    Plugins(Vec<StartError>),
    /// AWS cannot be reached as anybody; nothing was called.
    NoAccess(String, Fault),
    /// A guard rail.
    Refused(Advice),
    /// Another run holds the environment.
    Locked(Advice),
    /// An operation failed.
    Fault(String, Fault),
    /// Steps of a plan failed.
    Steps(Vec<Failure>),
    /// The user stopped the run.
    Stopped(Exit),
    /// The file system, or the terminal.
    Io(String, io::Error),
    /// Nobody reads what is written any more.
    ReaderGone,
}

/// What is wrong, and what to do about it.
#[derive(Debug)]
pub struct Advice {
    /// What is wrong, in one line.
    pub message: String,
    /// What it rests on, a line each.
    pub details: Vec<String>,
    /// The next step.
    pub help: String,
}

impl Advice {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), details: Vec::new(), help: help.into() }
    }

    fn text(&self, style: Style) -> String {
        let details: String = self.details.iter().map(|line| format!("  {line}\n")).collect();
        headline(&self.message, style) + &details + &help_line(&self.help, style)
    }
}

impl CommandError {
    /// Bad input, with the next step.
    pub fn bad_input(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::BadInput(Advice::new(message, help))
    }

    /// A guard rail, with the way around it.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused(Advice::new(message, help))
    }

    /// Another run at work, with what to do.
    pub fn locked(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Locked(Advice::new(message, help))
    }

    /// Adds the lines that an advice rests on.
    #[must_use]
    pub fn with_details(mut self, lines: Vec<String>) -> Self {
        if let Self::BadInput(advice) | Self::Refused(advice) | Self::Locked(advice) = &mut self {
            advice.details = lines;
        }
        self
    }

    /// What a file operation was about, for `map_err`.
    pub fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io(what.into(), error)
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Configuration(_) | Self::BadInput(_) | Self::Plugins(_) | Self::NoAccess(..) => Exit::BadInput,
            Self::Refused(_) => Exit::Refused,
            Self::Locked(_) => Exit::Locked,
            Self::Steps(failures) if failures.iter().any(|failure| is_rollout(&failure.fault)) => Exit::RolloutFailed,
            Self::Fault(_, fault) if is_rollout(fault) => Exit::RolloutFailed,
            Self::Fault(..) | Self::Steps(_) | Self::Io(..) => Exit::Failed,
            Self::Stopped(exit) => *exit,
            Self::ReaderGone => Exit::Done,
        }
    }

    /// What the user reads; nothing where there is nothing to say.
    pub fn text(&self, style: Style) -> String {
        match self {
            Self::Configuration(diagnostics) => diagnostics_text(diagnostics, style),
            Self::BadInput(advice) | Self::Refused(advice) | Self::Locked(advice) => advice.text(style),
            Self::Plugins(errors) => errors
                .iter()
                .map(|error| headline(&error.to_string(), style) + &help_line(&error.help, style))
                .collect(),
            Self::NoAccess(what, fault) | Self::Fault(what, fault) => fault_text(what, fault, style),
            Self::Steps(failures) => failures_text(failures, style),
            Self::Io(what, error) => {
                headline(&format!("{what}: {error}"), style) + &help_line("put that right, then run this again", style)
            }
            Self::Stopped(_) => "stopped; run the same command again to go on\n".to_owned(),
            Self::ReaderGone => String::new(),
        }
    }
}

/// A version that was taken and does not run, as opposed to a request that was not accepted.
fn is_rollout(fault: &Fault) -> bool {
    fault.kind == FaultKind::RolloutFailed
}

fn headline(message: &str, style: Style) -> String {
    format!("{} {}\n", style.bad("error:"), style.strong(message))
}

impl From<Vec<Diagnostic>> for CommandError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Configuration(diagnostics)
    }
}

impl From<Diagnostic> for CommandError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Configuration(vec![diagnostic])
    }
}

impl CommandError {
    /// Why it is not known what is desired, with the places of what is wrong.
    pub fn unsound(unsound: Unsound, locate: impl FnOnce(Vec<Problem>) -> Self) -> Self {
        match unsound {
            Unsound::Problems(problems) => locate(problems),
            Unsound::Broken { what, fault } => Self::Fault(format!("{what} is broken"), fault),
        }
    }
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        Diagnostic::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(address: &str, fault: Fault) -> CommandError {
        CommandError::Steps(vec![Failure { address: address.parse().expect("an address"), fault }])
    }

    #[test]
    fn every_error_has_its_exit_code() {
        let fault = || Fault::new(FaultKind::Conflict, "something stands in the way");
        let rollout = || Fault::new(FaultKind::RolloutFailed, "the rollout did not succeed");
        let cases = [
            (CommandError::Configuration(Vec::new()), 3),
            (CommandError::bad_input("", ""), 3),
            (CommandError::NoAccess(String::new(), fault()), 3),
            (CommandError::locked("", ""), 4),
            (CommandError::refused("", ""), 5),
            (failure("ecs.service.web", rollout()), 6),
            (CommandError::Fault(String::new(), rollout()), 6),
            (failure("ecs.service.web", fault()), 1),
            (failure("network.vpc.main", fault()), 1),
            (CommandError::Stopped(Exit::HungUp), 129),
            (CommandError::Stopped(Exit::Interrupted), 130),
            (CommandError::Stopped(Exit::Terminated), 143),
            (CommandError::ReaderGone, 0),
        ];
        for (error, code) in cases {
            assert_eq!(error.exit().code(), code, "{error:?}");
        }
    }
}
