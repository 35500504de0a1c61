//! `deploy-plugin-host`: what `deploy plugin-host` is, as a program that has nothing else in it.
//!
//! Every plugin of every run is carried by a process of its own, and the whole of `deploy` takes 2 ms longer to come up
//! than this. Where this does not lie beside it, `deploy` carries its plugins itself.
#![expect(clippy::print_stderr, reason = "whoever starts it by hand is told what it is")]

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // No core dump, as of `deploy` itself: a plugin's memory may hold secrets, and the carrier's limit holds no handler off
    // that a dump is piped to.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    deploy_carrier::carried(&words).unwrap_or_else(|| {
        eprintln!("`deploy` starts this for each of its plugins: see `deploy plugin --help`");
        ExitCode::FAILURE
    })
}
