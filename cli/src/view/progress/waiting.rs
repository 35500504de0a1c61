//! Somebody is waited for: a line that counts on a terminal, a line now and then without one.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::plain::{HEARTBEAT, write_line};
use crate::terminal::Terminal;

/// Shows for what is waited, while it lives.
pub enum Waiting {
    /// On a terminal.
    Live(ProgressBar),
    /// Anywhere else: when something was said last.
    Plain(Mutex<Option<Instant>>),
}

impl Waiting {
    /// Shows nothing yet.
    pub fn new(terminal: Terminal) -> Self {
        match terminal.can_draw() {
            true => {
                let style = ProgressStyle::with_template("{wide_msg}").expect("a fixed, valid template");
                Self::Live(ProgressBar::new_spinner().with_style(style))
            }
            false => Self::Plain(Mutex::default()),
        }
    }

    /// Says for what.
    pub fn show(&self, words: &str) {
        match self {
            Self::Live(line) => line.set_message(words.to_owned()),
            Self::Plain(said) => {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                if said.is_none_or(|said| said.elapsed() >= HEARTBEAT) {
                    *said = Some(Instant::now());
                    write_line(words);
                }
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Self::Live(line) = self {
            line.finish_and_clear();
        }
    }
}
