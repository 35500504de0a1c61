//! Pauses between attempts, each twice as long as the one before.

use std::time::Duration;

/// The pauses of one call that is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    next: Duration,
    longest: Duration,
    waited: Duration,
}

impl Backoff {
    /// Begins with `first` and never pauses for more than `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest, waited: Duration::ZERO }
    }

    /// How long was paused, all in all.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// How long to pause now, for no longer than is left of `patience`; nothing where `patience` has been waited for already.
    pub fn pause(&mut self, patience: Duration) -> Option<Duration> {
        if self.waited >= patience {
            return None;
        }
        let pause = self.next.min(patience - self.waited);
        self.waited += pause;
        self.next = (pause * 2).min(self.longest);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_patience_is_at_an_end() {
        let second = Duration::from_secs;
        let mut backoff = Backoff::new(second(1), second(5));
        let pauses: Vec<Option<Duration>> = (0..6).map(|_| backoff.pause(second(10))).collect();
        assert_eq!(pauses, [Some(second(1)), Some(second(2)), Some(second(4)), Some(second(3)), None, None]);
        assert_eq!(backoff.waited(), second(10));
    }
}
