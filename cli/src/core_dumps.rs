//! No core dump: the memory of this process holds secrets, and a dump would put them on a disk.
//!
//! The limit alone is not enough on Linux, where a dump that is piped to a handler (systemd-coredump, apport) has no
//! limit. A process that is not dumpable writes none to either, and no other process of the same user can attach to it
//! or read its memory. Both end with the process: what `exec` runs in its place gets the user's own limit back, and
//! the kernel makes it dumpable again.
//!
//! Sources: <https://man7.org/linux/man-pages/man5/core.5.html>,
//! <https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html>

use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The user's own limit.
static FOUND: OnceLock<Rlimit> = OnceLock::new();

/// From now on this process leaves no core dump. A system that does not let it go without is no reason to stop.
pub fn forbid() {
    let found = FOUND.get_or_init(|| getrlimit(Resource::Core));
    // The hard limit stays: who has lowered it cannot raise it again.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: found.maximum });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Puts the user's own limit back, for the program that is about to take this process's place.
pub fn restore_limit() {
    if let Some(found) = FOUND.get() {
        let _ = setrlimit(Resource::Core, *found);
    }
}
