//! The board on a terminal: running steps at the bottom, finished ones above.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use deploy_engine::{Event, Observer};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::board::{Board, News};
use super::ticker::Ticker;
use crate::view::Style;

/// How often elapsed times are redrawn.
const REDRAW: Duration = Duration::from_millis(250);

/// The board that is on the screen, for whoever ends the process while it is there.
static ON_SCREEN: Mutex<Weak<Mutex<Screen>>> = Mutex::new(Weak::new());

/// Takes the board off the screen, and lets nothing be drawn any more: the process is about to end.
pub fn clear_for_good() {
    let shown = ON_SCREEN.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
    if let Some(screen) = shown {
        let screen = screen.lock().unwrap_or_else(PoisonError::into_inner);
        screen.clear();
        std::mem::forget(screen);
    }
}

/// Says a line above the board, where there is one. Says whether there is.
pub fn say_above(line: &str) -> bool {
    let shown = ON_SCREEN.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
    let Some(screen) = shown else { return false };
    // A terminal that is gone cannot be written to; the run goes on.
    let _ = screen.lock().unwrap_or_else(PoisonError::into_inner).multi.println(line);
    true
}

/// Shows a run on standard error, which is a terminal. Dropping it leaves the finished lines and nothing else.
pub struct Live {
    screen: Arc<Mutex<Screen>>,
    ticker: Option<Ticker>,
}

struct Screen {
    board: Board,
    multi: MultiProgress,
    bars: Vec<ProgressBar>,
}

impl Live {
    /// The board of a run of `total` steps.
    pub fn new(total: usize, style: Style) -> Self {
        let screen = Screen { board: Board::new(total, style), multi: MultiProgress::new(), bars: Vec::new() };
        let screen = Arc::new(Mutex::new(screen));
        *ON_SCREEN.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&screen);
        let drawn = Arc::clone(&screen);
        let redraw = move || drawn.lock().unwrap_or_else(PoisonError::into_inner).draw();
        Self { screen, ticker: Some(Ticker::every(REDRAW, redraw)) }
    }

    /// Says a line above the board.
    pub fn say(&self, words: &str) {
        // A terminal that is gone cannot be written to; the run goes on.
        let _ = self.screen.lock().unwrap_or_else(PoisonError::into_inner).multi.println(words);
    }
}

impl Observer for Live {
    fn observe(&self, event: &Event) {
        let mut screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        if let News::Ended(line) = screen.board.hear(event, Instant::now()) {
            let _ = screen.multi.println(line);
        }
        screen.draw();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.ticker.take());
        self.screen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Screen {
    fn clear(&self) {
        self.bars.iter().for_each(ProgressBar::finish_and_clear);
        // A terminal that is gone shows nothing.
        let _ = self.multi.clear();
    }

    fn draw(&mut self) {
        let lines = self.board.lines(Instant::now());
        while self.bars.len() > lines.len() {
            if let Some(bar) = self.bars.pop() {
                bar.finish_and_clear();
                self.multi.remove(&bar);
            }
        }
        while self.bars.len() < lines.len() {
            let style = ProgressStyle::with_template("{wide_msg}").expect("a fixed, valid template");
            self.bars.push(self.multi.add(ProgressBar::new_spinner().with_style(style)));
        }
        for (bar, line) in self.bars.iter().zip(lines) {
            bar.set_message(line);
        }
    }
}
