//! What is waited for and does not move.

use std::time::Duration;

use tokio::time::Instant;

/// How long nothing may change before a wait ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// For how long what is waited for has looked the same.
#[derive(Debug)]
pub(crate) struct Stillness<T> {
    last: Option<T>,
    since: Instant,
}

impl<T: PartialEq> Stillness<T> {
    /// Nothing was looked at yet.
    pub(crate) fn new() -> Self {
        Self { last: None, since: Instant::now() }
    }

    /// Takes a look. Says whether there was nothing else to see for too long.
    pub(crate) fn is_too_long(&mut self, look: T) -> bool {
        if self.last.as_ref() != Some(&look) {
            (self.last, self.since) = (Some(look), Instant::now());
        }
        self.since.elapsed() > PATIENCE
    }
}
