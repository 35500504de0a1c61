//! For how long a lock is held, and how often that is looked after.

use std::time::Duration;

/// How long what takes how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// For how long a lock is held where its holder is not heard of again.
    pub lease: Duration,
    /// How often the holder lets hear of itself.
    pub renewal: Duration,
    /// For how long a look that found nobody else is good.
    pub look: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self::of(Duration::from_secs(60))
    }
}

impl Terms {
    /// The terms of a lease: it can fail to be renewed twice.
    pub fn of(lease: Duration) -> Self {
        Self { lease, renewal: lease / 3, look: Duration::from_secs(1).min(lease / 4) }
    }
}
