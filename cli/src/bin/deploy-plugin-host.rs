//! `deploy-plugin-host`: what `deploy plugin-host` is, as a program that has nothing else in it.
//!
//! Every plugin of every run is carried by a process of its own, and the whole of `deploy` takes 2 ms longer to come up
//! than this. Where this does not lie beside it, `deploy` carries its plugins itself.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if deploy_carrier::is_asked_for(&words) {
        return deploy_carrier::carry(&words);
    }
    ExitCode::FAILURE
}
