//! A plugin that is a program: frames on standard input and output.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::session::{Factory, Session};
use crate::wire::frame;

/// Runs a plugin on standard input and output until the host is gone or asks it to end: the whole of a program's `main`.
///
/// Standard output belongs to the frames; whatever the plugin wants to say goes to standard error or to
/// [`Host::log`](crate::Host::log).
pub fn serve(manifest: &str, factory: Factory) -> ExitCode {
    let output = Mutex::new(io::stdout());
    let emit = move |body: &[u8]| {
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        // A host that is gone needs no answer.
        let _ = frame::write(&mut *output, body);
    };
    let session = match Session::start(manifest, factory, Arc::new(emit)) {
        Ok(session) => session,
        Err(fault) => {
            let _ = writeln!(io::stderr(), "{fault}");
            return ExitCode::FAILURE;
        }
    };
    let mut input = io::stdin().lock();
    while let Ok(body) = frame::read(&mut input) {
        if !session.deliver(&body) {
            break;
        }
    }
    ExitCode::SUCCESS
}
