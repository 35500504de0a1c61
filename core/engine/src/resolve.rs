//! References within inputs: finding them, and putting values in their place.

use deploy_model::Reference;
use deploy_model::reference::text_parts;
use serde_json::Value;

/// Calls `see` with the path and target of every reference in `value`.
pub fn each_reference(value: &Value, path: &mut Vec<String>, see: &mut impl FnMut(&[String], Reference)) {
    if let Some(reference) = Reference::in_value(value) {
        return see(path, reference);
    }
    if let Some(parts) = text_parts(value) {
        return parts.iter().filter_map(Reference::in_value).for_each(|reference| see(path, reference));
    }
    let mut inside = |key: String, value: &Value| {
        path.push(key);
        each_reference(value, path, see);
        path.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inside(key.clone(), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| inside(index.to_string(), value)),
        _ => {}
    }
}

/// The targets of all references in `value`.
pub fn references(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    each_reference(value, &mut Vec::new(), &mut |_, reference| found.push(reference));
    found
}

/// Whether a reference is left in `value`.
pub fn is_open(value: &Value) -> bool {
    !references(value).is_empty()
}

/// `value` with every reference that `known` answers replaced by the answer.
pub fn resolve(value: &Value, known: &impl Fn(&Reference) -> Option<Value>) -> Value {
    if let Some(reference) = Reference::in_value(value) {
        return known(&reference).unwrap_or_else(|| value.clone());
    }
    if let Some(parts) = text_parts(value) {
        return resolve_text(value, parts, known);
    }
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), resolve(value, known))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|value| resolve(value, known)).collect()),
        other => other.clone(),
    }
}

/// A text becomes a string once all of its parts are known, and stays as it is before.
fn resolve_text(whole: &Value, parts: &[Value], known: &impl Fn(&Reference) -> Option<Value>) -> Value {
    let piece = |part: &Value| match resolve(part, known) {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match parts.iter().map(piece).collect::<Option<String>>() {
        Some(text) => Value::String(text),
        None => whole.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_resolved_whole_or_not_at_all() {
        let text = json!({"arn": {"$text": ["arn:", {"$ref": "deploy.account.current#id"}, ":x"]}, "n": [1]});
        assert!(is_open(&text));
        assert_eq!(resolve(&text, &|_| None), text);
        assert_eq!(resolve(&text, &|_| Some(json!("1234"))), json!({"arn": "arn:1234:x", "n": [1]}));
    }

    #[test]
    fn references_are_reported_with_their_path() {
        let mut seen = Vec::new();
        let value = json!({"subnets": [{"$ref": "network.subnet.a#id"}]});
        each_reference(&value, &mut Vec::new(), &mut |path, reference| {
            seen.push((path.join("."), reference.to_string()))
        });
        assert_eq!(seen, [("subnets.0".to_owned(), "network.subnet.a#id".to_owned())]);
    }
}
