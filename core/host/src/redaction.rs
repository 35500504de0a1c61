//! Blacks out what the host gave to a plugin, in everything that comes back from it.

use std::sync::{Mutex, PoisonError};

use deploy_model::Fault;

/// What stands where a value stood.
const BLACK: &str = "[redacted]";
/// What is shorter than this stands in every text by chance.
const SHORTEST: usize = 4;

/// The values that one plugin was given.
#[derive(Default)]
pub struct Redaction(Mutex<Vec<String>>);

impl Redaction {
    /// Remembers a value.
    pub fn hide(&self, value: &str) {
        if value.len() < SHORTEST {
            return;
        }
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
            // What is part of another is looked for after it.
            values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
    }

    /// `text` without the values.
    pub fn text(&self, text: String) -> String {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().fold(text, |text, value| if text.contains(value) { text.replace(value, BLACK) } else { text })
    }

    /// `fault` without the values.
    pub fn fault(&self, fault: Fault) -> Fault {
        let clean = |text: Option<String>| text.map(|text| self.text(text));
        Fault {
            message: self.text(fault.message),
            operation: clean(fault.operation),
            code: clean(fault.code),
            request_id: clean(fault.request_id),
            help: clean(fault.help),
            ..fault
        }
    }

    /// Whether a JSON text holds a value, as JSON writes it.
    pub fn stands_in(&self, json: &str) -> bool {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().any(|value| {
            let quoted = serde_json::Value::from(value.as_str()).to_string();
            json.contains(quoted.trim_matches('"'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_wherever_it_stands() {
        let redaction = Redaction::default();
        redaction.hide("s3cret");
        redaction.hide("s3cret\"and more");
        redaction.hide("x");
        assert_eq!(redaction.text("a s3cret\"and more, s3cret, x".to_owned()), "a [redacted], [redacted], x");
        assert!(redaction.stands_in(r#"{"token":"s3cret\"and more"}"#));
        assert!(!redaction.stands_in(r#"{"token":"other"}"#));
        let fault = redaction.fault(Fault::internal("no s3cret here").help("use s3cret"));
        assert_eq!((fault.message.as_str(), fault.help.as_deref()), ("no [redacted] here", Some("use [redacted]")));
    }
}
