//! What `deploy plugin-host` is for `deploy`: the child that carries one plugin. For the tests.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if deploy_carrier::is_asked_for(&words) { deploy_carrier::carry(&words) } else { ExitCode::FAILURE }
}
