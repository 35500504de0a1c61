//! Blacks out what the host gave to a plugin, in everything that comes back from it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use deploy_model::{Detail, Fault};
use serde_json::Value;

/// What stands where a value stood.
const BLACK: &str = "[redacted]";
/// What is shorter than this stands in every text by chance.
const SHORTEST: usize = 4;
/// The same for one line of a value that has several.
const SHORTEST_LINE: usize = 8;

/// The values that one plugin was given.
#[derive(Default)]
pub struct Redaction(Mutex<Vec<String>>);

impl Redaction {
    /// Remembers a value: as it is, as JSON and most languages' debug formats write it, and its lines, which a plugin may
    /// print one by one.
    pub fn hide(&self, value: &str) {
        if value.len() < SHORTEST {
            return;
        }
        let quoted = Value::from(value).to_string();
        let lines = value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE);
        let forms = [value, quoted.trim_matches('"'), value.trim()].into_iter().chain(lines);
        let mut values = self.values();
        for form in forms.filter(|form| form.len() >= SHORTEST) {
            if !values.iter().any(|known| known == form) {
                values.push(form.to_owned());
            }
        }
        // What is part of another is looked for after it.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    }

    /// `text` without the values, in one line: no plugin draws on the screen.
    pub fn text(&self, text: String) -> String {
        let black = |text: String, value: &String| if text.contains(value) { text.replace(value, BLACK) } else { text };
        let text = self.values().iter().fold(text, black);
        if !text.contains(char::is_control) {
            return text;
        }
        text.chars().map(|one| if one.is_control() && one != '\t' { ' ' } else { one }).collect()
    }

    /// `fault` without the values.
    pub fn fault(&self, fault: Fault) -> Fault {
        let clean = |text: Option<String>| text.map(|text| self.text(text));
        let detail = |detail: Detail| Detail {
            name: self.text(detail.name),
            lines: detail.lines.into_iter().map(|line| self.text(line)).collect(),
        };
        Fault {
            message: self.text(fault.message),
            operation: clean(fault.operation),
            code: clean(fault.code),
            request_id: clean(fault.request_id),
            help: clean(fault.help),
            details: fault.details.into_iter().map(detail).collect(),
            ..fault
        }
    }

    /// Whether a value stands in a JSON text, however that writes its letters.
    pub fn stands_in(&self, json: &str) -> bool {
        let values = self.values();
        let is_hidden = |text: &str| values.iter().any(|value| text.contains(value));
        !values.is_empty()
            && (is_hidden(json) || serde_json::from_str(json).is_ok_and(|value: Value| holds(&value, &is_hidden)))
    }

    fn values(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn holds(value: &Value, is_hidden: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_hidden(text),
        Value::Array(items) => items.iter().any(|item| holds(item, is_hidden)),
        Value::Object(fields) => fields.iter().any(|(key, value)| is_hidden(key) || holds(value, is_hidden)),
        Value::Number(number) => is_hidden(&number.to_string()),
        Value::Null | Value::Bool(_) => false,
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
        let fault = Fault::internal("no s3cret here").help("use s3cret").detail("log", vec!["it is s3cret".to_owned()]);
        let fault = redaction.fault(fault);
        assert_eq!(fault.details[0].lines, ["it is [redacted]"]);
        assert_eq!((fault.message.as_str(), fault.help.as_deref()), ("no [redacted] here", Some("use [redacted]")));
    }

    #[test]
    fn a_value_is_found_however_it_is_written() {
        let redaction = Redaction::default();
        redaction.hide("pässwörd/1");
        redaction.hide("first line of a key\nsecond line of a key\n");
        redaction.hide("31415926");
        assert!(redaction.stands_in(r#"["p\u00e4ssw\u00f6rd\/1"]"#));
        assert!(redaction.stands_in(r#"{"p\u00e4ssw\u00f6rd/1":1}"#));
        assert!(redaction.stands_in(r#"{"pin":31415926}"#));
        assert!(redaction.stands_in(r#"["first line of a key\nsecond line of a key\n"]"#));
        assert_eq!(redaction.text("key: second line of a key".to_owned()), "key: [redacted]");
        assert_eq!(redaction.text("\"first line of a key\\nsecond line of a key\\n\"".to_owned()), "\"[redacted]\"");
    }

    #[test]
    fn what_a_plugin_says_is_one_line_and_moves_no_cursor() {
        let text = Redaction::default().text("one\n\u{1b}[2Jtwo\tthree".to_owned());
        assert_eq!(text, "one  [2Jtwo\tthree");
    }
}
