//! The process that carries one plugin.
//!
//! A library is loaded here, and its frames are pumped; a program takes this process's place. Either way the limits are
//! set first, and the process ends with the one that started it. Small on purpose, in a crate of its own: it comes up
//! once for each plugin of each run. It knows no host, no AWS and no configuration, and prints nothing. `unsafe` stands
//! in `library.rs` alone.

mod library;
mod limits;
mod pump;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use deploy_plugin::manifest::Carrier;

/// The word that makes a program this process: `deploy plugin-host`.
const CARRY: &str = "plugin-host";
/// Whoever starts it is of the same version: their files are installed together.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What makes a program this process; the plugin's carrier and its path follow.
pub fn arguments() -> Vec<OsString> {
    vec![CARRY.into(), VERSION.into()]
}

/// Carries the plugin that the arguments name, to its end. None where they ask for something else.
pub fn carried(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, version, carrier, path] = arguments else { return None };
    if word != CARRY {
        return None;
    }
    if version != VERSION {
        return Some(pump::refuse("`deploy-plugin-host` is of another version than `deploy`: install both again"));
    }
    limits::set();
    let path = Path::new(path);
    Some(if carrier == Carrier::Program.word() { run(path) } else { pump::carry(path) })
}

/// Puts a program in this process's place.
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
