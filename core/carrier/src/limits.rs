//! What the process of a plugin may use of the machine.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The memory that a plugin may write to, in bytes. Beyond it an allocation fails, as it does where a machine has none left.
const MOST_MEMORY: u64 = 4 * 1024 * 1024 * 1024;
/// How many files and sockets a plugin may have open.
const MOST_FILES: u64 = 1024;

/// Sets the limits of this process. A system that does not know one is no reason to stop.
pub fn set() {
    at_most(Resource::Data, MOST_MEMORY);
    at_most(Resource::Nofile, MOST_FILES);
    at_most(Resource::Core, 0);
    // Where `deploy` is killed, its plugins end with it.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

fn at_most(resource: Resource, most: u64) {
    let found = getrlimit(resource);
    let lower = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    let _ = setrlimit(resource, Rlimit { current: lower(found.current), maximum: lower(found.maximum) });
}
