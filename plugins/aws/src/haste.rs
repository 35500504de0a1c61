//! Pauses and time limits that tests make shorter: a sweep through every call of a run cannot wait like one run.

use std::time::Duration;

/// A time that is so many times shorter as `DEPLOY_TEST_HASTE` says in a build for tests; unchanged in any other.
#[must_use]
pub fn hastened(time: Duration) -> Duration {
    #[cfg(debug_assertions)]
    if let Some(times) = std::env::var("DEPLOY_TEST_HASTE").ok().and_then(|times| times.parse::<u32>().ok()) {
        return time / times.max(1);
    }
    time
}
