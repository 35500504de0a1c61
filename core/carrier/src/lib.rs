//! The process that carries one plugin.
//!
//! A library is loaded here, and its frames are pumped; a program takes this process's place. Either way the limits are
//! set first, and the process ends with the one that started it. Small on purpose, in a crate of its own: it comes up
//! once for each plugin of each run. `unsafe` stands in `library.rs` alone.

mod library;
mod limits;
mod pump;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

/// The word that makes a program this process: `deploy plugin-host`.
pub const CARRY: &str = "plugin-host";

/// Whether the arguments of a process, its own name left out, ask for this.
pub fn is_asked_for(arguments: &[OsString]) -> bool {
    arguments.first().is_some_and(|first| first == CARRY) && arguments.len() == 3
}

/// Carries the plugin that the arguments name, to its end.
pub fn carry(arguments: &[OsString]) -> ExitCode {
    limits::set();
    let path = Path::new(&arguments[2]);
    if arguments[1] == OsStr::new("program") { run(path) } else { pump::carry(path) }
}

/// Puts a program in this process's place.
#[cfg(unix)]
fn run(path: &Path) -> ExitCode {
    use std::os::unix::process::CommandExt;
    /// A file that somebody has open for writing cannot be run. The copy was closed before, but a process that was
    /// started at that moment may hold it for a while.
    const ATTEMPTS: u32 = 50;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(2);
    let mut error = std::process::Command::new(path).exec();
    for _ in 0..ATTEMPTS {
        if error.kind() != std::io::ErrorKind::ExecutableFileBusy {
            break;
        }
        std::thread::sleep(PAUSE);
        error = std::process::Command::new(path).exec();
    }
    pump::refuse(&format!("it cannot be run: {error}"))
}
