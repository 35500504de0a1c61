//! Where output goes, whether somebody is there to read it, and whether it carries colour.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::error::CommandError;
use crate::view::Style;
use crate::view::columns::fit;

/// The two streams of the program, and how each is written to.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// How standard output is styled: data.
    pub out: Style,
    /// How standard error is styled: everything else.
    pub err: Style,
}

/// What the user has said about colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Colour on terminals, unless the environment says otherwise.
    Automatic,
    /// Never.
    Never,
}

impl Terminal {
    /// The terminal of this process. What is written from now on is as wide as it is.
    pub fn of_process(colour: Colour) -> Self {
        fit(std::env::var("COLUMNS").ok().as_deref(), columns_of_output());
        let style = |is_terminal| style(colour, is_terminal, &|name| std::env::var_os(name));
        Self { out: style(io::stdout().is_terminal()), err: style(io::stderr().is_terminal()) }
    }

    /// Writes data. `text` brings its own line ends.
    ///
    /// # Errors
    /// A reader that went away, which is no failure, or a full disk.
    pub fn print(self, text: &str) -> Result<(), CommandError> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(write_error)
    }

    /// Writes exactly this, a secret. On a screen the line is ended.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_value(self, value: &str) -> Result<(), CommandError> {
        self.print(value)?;
        if self.is_shown() && !value.ends_with('\n') { self.print("\n") } else { Ok(()) }
    }

    /// Whether standard output is a screen.
    pub fn is_shown(self) -> bool {
        io::stdout().is_terminal()
    }

    /// Writes data as indented JSON.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_json(self, value: &Value) -> Result<(), CommandError> {
        let text = serde_json::to_string_pretty(value).expect("a JSON value is plain data");
        self.print(&(text + "\n"))
    }

    /// Says something that is no data. That nobody listens is no failure.
    pub fn say(self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Whether somebody can be asked.
    pub fn can_ask(self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether progress can be drawn.
    pub fn can_draw(self) -> bool {
        io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}

/// How wide standard output is, where it is a terminal.
fn columns_of_output() -> Option<u16> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns).filter(|columns| *columns > 0)
}

fn write_error(error: io::Error) -> CommandError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => CommandError::ReaderGone,
        _ => CommandError::Io("cannot write to standard output".to_owned(), error),
    }
}

/// <https://no-color.org> and <https://bixense.com/clicolors/>: the option first, then `NO_COLOR`, then
/// `CLICOLOR_FORCE`, then what the stream is.
fn style(colour: Colour, is_terminal: bool, variable: &dyn Fn(&str) -> Option<OsString>) -> Style {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    let never = colour == Colour::Never || variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = variable("TERM").is_some_and(|term| term == "dumb") || variable("CLICOLOR").is_some_and(|on| on == "0");
    if !never && (is_set("CLICOLOR_FORCE") || (is_terminal && !dumb)) { Style::Coloured } else { Style::Plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(colour: Colour, is_terminal: bool, variables: &[(&str, &str)]) -> Style {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        style(colour, is_terminal, &find)
    }

    #[test]
    fn colour_follows_the_conventions() {
        assert_eq!(with(Colour::Automatic, true, &[]), Style::Coloured);
        assert_eq!(with(Colour::Automatic, false, &[]), Style::Plain);
        assert_eq!(with(Colour::Never, true, &[("CLICOLOR_FORCE", "1")]), Style::Plain);
        assert_eq!(with(Colour::Automatic, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), Style::Plain);
        assert_eq!(with(Colour::Automatic, false, &[("CLICOLOR_FORCE", "1")]), Style::Coloured);
        assert_eq!(with(Colour::Automatic, true, &[("TERM", "dumb")]), Style::Plain);
    }
}
