//! One line a change of state, and a sign of life in between: for logs and machines without a terminal.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deploy_engine::{Event, Observer};

use super::board::{Board, News};
use super::ticker::Ticker;
use crate::view::Style;

/// How often a run that says nothing says that it is alive. CI systems give up after ten silent minutes.
pub const HEARTBEAT: Duration = Duration::from_secs(30);

/// Writes a run's progress to standard error, line by line.
pub struct PlainLines {
    board: Arc<Mutex<Board>>,
    _heartbeat: Ticker,
}

impl PlainLines {
    /// The lines of a run of `total` steps.
    pub fn new(total: usize, style: Style) -> Self {
        let board = Arc::new(Mutex::new(Board::new(total, style)));
        let alive = Arc::clone(&board);
        let beat = move || {
            let board = alive.lock().unwrap_or_else(PoisonError::into_inner);
            board.heartbeat(Instant::now()).iter().for_each(|line| write_line(line));
        };
        Self { board, _heartbeat: Ticker::every(HEARTBEAT, beat) }
    }
}

impl Observer for PlainLines {
    fn observe(&self, event: &Event) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        match board.hear(event, Instant::now()) {
            News::Nothing => {}
            News::Waits(line) | News::Ended(line) => write_line(&line),
        }
    }
}

/// A log that nobody reads any more must not stop the run.
pub fn write_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
