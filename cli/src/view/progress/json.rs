//! One event a line, for programs: on standard output, where nothing else is written.

use std::io::Write;

use deploy_engine::{Event, Observer};

/// Writes every event as one line of JSON.
#[derive(Debug)]
pub struct JsonLines;

impl Observer for JsonLines {
    fn observe(&self, event: &Event) {
        let line = serde_json::to_string(event).expect("an event is plain data");
        // A reader that went away must not stop the run.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}
