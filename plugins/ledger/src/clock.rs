//! How much time has passed. It counts while the process is stopped and while the machine sleeps, and nobody sets it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

#[cfg(any(target_os = "linux", target_os = "android"))]
const CLOCK: ClockId = ClockId::Boottime;
/// On macOS it counts while the machine sleeps.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const CLOCK: ClockId = ClockId::Monotonic;

/// The time since some point that is the same for the whole process.
pub(crate) fn now() -> Duration {
    let now = clock_gettime(CLOCK);
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    Duration::from_secs(part(now.tv_sec)) + Duration::from_nanos(part(now.tv_nsec))
}

/// How much time has passed since then.
pub(crate) fn since(then: Duration) -> Duration {
    now().saturating_sub(then)
}
