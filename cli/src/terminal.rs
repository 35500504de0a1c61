//! Where output goes, whether somebody is there to read it, and whether it carries colour.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use rustix::fs::{FileType, fstat};
use rustix::io::Errno;
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
        self.print_exactly(&harmless(text))
    }

    /// Writes data that is what it is: JSON, values.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    fn print_exactly(self, text: &str) -> Result<(), CommandError> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(write_error)
    }

    /// Writes exactly this, a secret. On a screen the line is ended.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_value(self, value: &str) -> Result<(), CommandError> {
        self.print_exactly(value)?;
        if self.is_shown() && !value.ends_with('\n') { self.print_exactly("\n") } else { Ok(()) }
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
        self.print_exactly(&(text + "\n"))
    }

    /// Says something that is no data. That nobody listens is no failure.
    pub fn say(self, text: &str) {
        let _ = io::stderr().write_all(harmless(text).as_bytes());
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

/// The text without what moves the cursor, hides text or turns it around: files, services and plugins have a say in what is
/// shown. Colours of our own stay.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |one: char| {
        (one.is_control() && !matches!(one, '\n' | '\t'))
            || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_harmful) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(colour) = COLOURS.iter().find(|colour| rest.starts_with(**colour)) {
            shown.push_str(colour);
            rest = &rest[colour.len()..];
        } else {
            let harmful = rest.chars().next().expect("it was found");
            shown.extend(harmful.escape_default());
            rest = &rest[harmful.len_utf8()..];
        }
    }
    Cow::Owned(shown + rest)
}

/// What [`Style`] writes.
const COLOURS: [&str; 6] = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"];

/// How wide standard output is, where it is a terminal.
fn columns_of_output() -> Option<u16> {
    console::Term::stdout().size_checked().map(|(_, columns)| columns).filter(|columns| *columns > 0)
}

fn write_error(error: io::Error) -> CommandError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => CommandError::ReaderGone,
        _ if is_hung_up(&error) => CommandError::ReaderGone,
        _ => CommandError::Io("cannot write to standard output".to_owned(), error),
    }
}

/// Whether standard output was a terminal that is gone. That one says no longer that it is a terminal.
fn is_hung_up(error: &io::Error) -> bool {
    let is_device = || fstat(io::stdout()).is_ok_and(|file| FileType::from_raw_mode(file.st_mode).is_char_device());
    error.raw_os_error() == Some(Errno::IO.raw_os_error()) && is_device()
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
    fn what_moves_the_cursor_or_hides_text_is_shown_as_what_it_is() {
        assert!(matches!(harmless("plain\n\ttext ✓"), Cow::Borrowed(_)));
        let coloured = Style::Coloured.bad("red") + &Style::Coloured.faint("dim") + &Style::Coloured.strong("strong");
        assert_eq!(harmless(&coloured), coloured);
        assert_eq!(harmless("a\x1b[2Jb\rc\u{202e}d\u{9b}31m\x1b[8m"), "a\\u{1b}[2Jb\\rc\\u{202e}d\\u{9b}31m\\u{1b}[8m");
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
