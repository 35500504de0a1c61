//! Values in words, and the cause of those that are not known yet.

use std::collections::BTreeMap;

use deploy_model::reference::text_parts;
use deploy_model::{Address, Plan, Reference, Verb};
use serde_json::Value;

use crate::view::phrase::phrase;

/// Puts values into words as one plan explains them.
#[derive(Default)]
pub struct Values<'a> {
    verbs: BTreeMap<&'a Address, Verb>,
}

impl<'a> Values<'a> {
    /// The words for the values of `plan`.
    pub fn of(plan: &'a Plan) -> Self {
        Self { verbs: plan.changes.iter().map(|change| (&change.address, change.verb)).collect() }
    }

    /// A value on one line.
    pub fn text(&self, value: &Value) -> String {
        if let Some(reference) = Reference::in_value(value) {
            return self.cause(&reference);
        }
        if let Some(parts) = text_parts(value) {
            return parts.iter().map(|part| self.part(part)).collect();
        }
        match value {
            Value::Null => "(nothing)".to_owned(),
            Value::String(text) if text.is_empty() => "\"\"".to_owned(),
            Value::String(text) => on_one_line(text),
            Value::Array(items) => items.iter().map(|item| self.text(item)).collect::<Vec<_>>().join(", "),
            Value::Object(fields) => phrase(value, self).unwrap_or_else(|| {
                let known = fields.iter().filter(|(_, value)| !value.is_null());
                known.map(|(name, value)| format!("{name}={}", self.text(value))).collect::<Vec<_>>().join(" ")
            }),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
        }
    }

    /// Whether the value is open only because what it names gets a new revision.
    pub fn is_consequence(&self, value: &Value) -> bool {
        Reference::in_value(value).is_some_and(|reference| self.is_revised(&reference.address))
    }

    /// Why the output is not known yet. Updates that change an output are revisions.
    fn cause(&self, reference: &Reference) -> String {
        if self.is_revised(&reference.address) {
            "new revision".to_owned()
        } else {
            format!("{} of {}", reference.output, reference.address)
        }
    }

    fn is_revised(&self, address: &Address) -> bool {
        self.verbs.get(address) == Some(&Verb::Update)
    }

    fn part(&self, part: &Value) -> String {
        match Reference::in_value(part) {
            Some(reference) => format!("{{{}}}", self.cause(&reference)),
            None => self.text(part),
        }
    }
}

/// Text without line breaks and without anything that a terminal would obey.
pub fn on_one_line(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let escaped = character.is_control().then(|| character.escape_default());
            let plain = escaped.is_none().then_some(character);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_known_names_its_cause() {
        let values = Values::default();
        assert_eq!(values.text(&json!({"$ref": "network.vpc.main#id"})), "id of network.vpc.main");
        let arn = json!({"$text": ["arn:", {"$ref": "network.vpc.main#id"}, "/x"]});
        assert_eq!(values.text(&arn), "arn:{id of network.vpc.main}/x");
    }

    #[test]
    fn a_value_cannot_write_on_the_screen_by_itself() {
        assert_eq!(on_one_line("a\nb\u{1b}[2J"), "a\\nb\\u{1b}[2J");
    }
}
