//! What is said of a panic: where it was, and no word that was put together at run time.
//!
//! `expect` and `unwrap` print the error that they were given by `{:?}`, and an error of the SDK holds the reply, and a
//! request its value. A text that stands in the source can hold none of that.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::{PanicHookInfo, set_hook};

/// From now on panics are told like this, those too that the fence of a plugin catches.
pub fn withhold_words() {
    set_hook(Box::new(|info| {
        // Nobody may be there to read it, and a panic in here would end the process.
        let _ = io::stderr().write_all(text(info).as_bytes());
    }));
}

/// For the test of this: where `DEPLOY_TEST_PANIC` names an operation, it ends in a panic that tells all of it.
#[cfg(debug_assertions)]
pub fn provoked(target: Option<&impl AsRef<[u8]>>, request: &[u8], reply: &[u8]) {
    if let Ok(operation) = std::env::var("DEPLOY_TEST_PANIC")
        && target.is_some_and(|target| target.as_ref().ends_with(operation.as_bytes()))
    {
        panic!("{operation}: {} {}", String::from_utf8_lossy(request), String::from_utf8_lossy(reply));
    }
}

fn text(info: &PanicHookInfo<'_>) -> String {
    let words = match info.payload().downcast_ref::<&'static str>() {
        Some(words) => (*words).to_owned(),
        None => "its words are not shown: they could hold a secret".to_owned(),
    };
    let place = info.location().map(|location| format!(" at {location}")).unwrap_or_default();
    // Names of functions, files and lines, where RUST_BACKTRACE asks for them; no values.
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("{backtrace}"),
        _ => String::new(),
    };
    format!("\ndefect: deploy panicked{place}: {words}\n{backtrace}please report it with these lines\n")
}
