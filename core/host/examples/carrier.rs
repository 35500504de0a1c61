//! What `deploy-plugin-host` is for `deploy`: the child that carries one plugin. For the tests.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    deploy_carrier::carried(&words).unwrap_or(ExitCode::FAILURE)
}
