//! Listeners that show a run while it goes on: a board on a terminal, plain lines without one, JSON lines for programs.

mod board;
mod json;
mod live;
mod plain;
mod ticker;
mod waiting;

use deploy_engine::{Event, Observer};

use self::json::JsonLines;
pub use self::live::clear_for_good;
use self::live::{Live, say_above};
use self::plain::PlainLines;
pub use self::waiting::Waiting;
use crate::arguments::Format;
use crate::terminal::Terminal;

/// The listener that fits the terminal and the format.
pub enum Progress {
    /// A board at the bottom of a terminal.
    Live(Live),
    /// Plain lines.
    Plain(PlainLines),
    /// JSON lines.
    Json(JsonLines),
}

impl Progress {
    /// The listener to a run of `total` steps; zero where only listings are made.
    pub fn of(format: Format, total: usize, terminal: Terminal) -> Self {
        match format {
            Format::Json => Self::Json(JsonLines),
            Format::Text if terminal.can_draw() => Self::Live(Live::new(total, terminal.err)),
            Format::Text => Self::Plain(PlainLines::new(total, terminal.err)),
        }
    }

    /// Says a line that is no event.
    pub fn say(&self, words: &str) {
        match self {
            Self::Live(live) => live.say(words),
            Self::Plain(_) | Self::Json(_) => plain::write_line(words),
        }
    }
}

/// Says a line that is no event of the run, wherever the run is shown.
pub fn say(line: &str) {
    if !say_above(line) {
        plain::write_line(line);
    }
}

impl Observer for Progress {
    fn observe(&self, event: &Event) {
        match self {
            Self::Live(live) => live.observe(event),
            Self::Plain(lines) => lines.observe(event),
            Self::Json(lines) => lines.observe(event),
        }
    }
}
