//! How fast values are sent: as fast as AWS takes them, and when it has refused one, as its quota allows.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::CommandError;
use crate::exit::Exit;

/// PutParameter's quota is three a second, for everybody in the account and region together.
/// Source: <https://docs.aws.amazon.com/general/latest/gr/ssm.html>
const QUOTA_GAP: Duration = Duration::from_millis(334);
/// What is left of the gap after each value that was taken, in percent: the quota may be a larger one.
const SHRINKS_TO: u32 = 98;
/// How soon a stop that the user asks for is noticed.
const SLICE: Duration = Duration::from_millis(100);

/// The pace of everything that one command writes.
pub struct Pace {
    gap: Cell<Duration>,
    next: Cell<Instant>,
    cancelled: Arc<AtomicBool>,
}

impl Pace {
    /// As fast as it goes, until `cancelled` is set.
    pub fn new(cancelled: Arc<AtomicBool>) -> Self {
        Self { gap: Cell::new(Duration::ZERO), next: Cell::new(Instant::now()), cancelled }
    }

    /// Waits until the next value may be sent.
    ///
    /// # Errors
    /// The stop that the user asked for: the value is not to be sent.
    pub async fn turn(&self) -> Result<(), CommandError> {
        let at = self.next.get().max(Instant::now());
        self.next.set(at + self.gap.get());
        self.pause(at.saturating_duration_since(Instant::now())).await
    }

    /// Waits for so long.
    ///
    /// # Errors
    /// The stop that the user asked for.
    pub async fn pause(&self, pause: Duration) -> Result<(), CommandError> {
        let end = Instant::now() + pause;
        loop {
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(CommandError::Stopped(Exit::Interrupted));
            }
            match end.saturating_duration_since(Instant::now()) {
                Duration::ZERO => return Ok(()),
                left => tokio::time::sleep(left.min(SLICE)).await,
            }
        }
    }

    /// A value was taken.
    pub fn taken(&self) {
        self.gap.set(self.gap.get() * SHRINKS_TO / 100);
    }

    /// A value was one too many.
    pub fn refused(&self) {
        self.gap.set(QUOTA_GAP);
        self.next.set(self.next.get().max(Instant::now() + QUOTA_GAP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refusal_slows_all_and_what_is_taken_quickens_a_little() {
        let pace = Pace::new(Arc::default());
        pace.taken();
        assert_eq!(pace.gap.get(), Duration::ZERO, "nothing holds it back");
        pace.refused();
        assert_eq!(pace.gap.get(), QUOTA_GAP);
        (0..10).for_each(|_| pace.taken());
        assert!(pace.gap.get() > QUOTA_GAP * 3 / 4 && pace.gap.get() < QUOTA_GAP, "{:?}", pace.gap.get());
    }
}
