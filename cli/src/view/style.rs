//! The one switch between coloured and plain text. Nothing is said by colour alone.

use std::fmt::Display;

/// Whether text carries colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences at all.
    Plain,
    /// For a terminal, or where colour was asked for.
    Coloured,
}

impl Style {
    /// Names and headings.
    pub fn strong(self, text: impl Display) -> String {
        self.paint(text, console::Style::bold)
    }

    /// What is there to be looked up, not read.
    pub fn faint(self, text: impl Display) -> String {
        self.paint(text, console::Style::dim)
    }

    /// What is made.
    pub fn good(self, text: impl Display) -> String {
        self.paint(text, console::Style::green)
    }

    /// What changes, and what deserves a second look.
    pub fn careful(self, text: impl Display) -> String {
        self.paint(text, console::Style::yellow)
    }

    /// What goes, and what went wrong.
    pub fn bad(self, text: impl Display) -> String {
        self.paint(text, console::Style::red)
    }

    fn paint(self, text: impl Display, how: fn(console::Style) -> console::Style) -> String {
        let text = text.to_string();
        match self {
            Self::Coloured if !text.is_empty() => {
                how(console::Style::new().force_styling(true)).apply_to(text).to_string()
            }
            Self::Plain | Self::Coloured => text,
        }
    }
}
