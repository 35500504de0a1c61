//! What goes wrong, in words.

use deploy_engine::{DiscoverError, Unsound};
use deploy_model::{Change, Fault, FieldChange, Problem, Verb};
use serde_json::Value;

/// How many lines of one sort are told before the rest is only counted.
const MOST_TOLD: usize = 4;

/// Why it is not known what is desired.
pub fn unsound(unsound: &Unsound) -> String {
    match unsound {
        Unsound::Problems(problems) => several(problems.iter().map(Problem::to_string)),
        Unsound::Broken { what, fault } => format!("{what}: {}", of_fault(fault)),
    }
}

/// Why it is not known what is there.
pub fn undiscovered(error: &DiscoverError) -> String {
    error.to_string()
}

/// A failed operation.
pub fn of_fault(fault: &Fault) -> String {
    match &fault.help {
        Some(help) => format!("{fault} ({help})"),
        None => fault.to_string(),
    }
}

/// What a plan would change.
pub fn changes<'a>(changes: impl IntoIterator<Item = &'a Change>) -> String {
    several(changes.into_iter().map(change))
}

/// A few of these, and how many more there are.
pub fn several(lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines.into_iter().collect();
    let more = lines.len().saturating_sub(MOST_TOLD);
    let told = lines.into_iter().take(MOST_TOLD).collect::<Vec<_>>().join("; ");
    if more == 0 { told } else { format!("{told}; and {more} more") }
}

fn change(change: &Change) -> String {
    let verb = match change.verb {
        Verb::Create => "is made",
        Verb::Update => "is changed",
        Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst => "is replaced",
        Verb::Destroy => "is deleted",
    };
    let fields = match change.verb {
        Verb::Create | Verb::Destroy => String::new(),
        _ => format!(" ({})", several(change.fields.iter().map(field))),
    };
    format!("`{}` {verb}{fields}", change.address)
}

fn field(field: &FieldChange) -> String {
    let shown = |value: &Option<Value>| match value {
        Some(value) if !field.sensitive => short(&value.to_string()),
        Some(_) => "something".to_owned(),
        None => "nothing".to_owned(),
    };
    format!("{}: {} -> {}", field.path, shown(&field.before), shown(&field.after))
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

/// Where two answers differ first, as a JSON pointer, and how.
pub fn difference(one: &Value, other: &Value) -> Option<String> {
    fn walk(one: &Value, other: &Value, path: &str) -> Option<String> {
        match (one, other) {
            (Value::Object(left), Value::Object(right)) => {
                let mut keys: Vec<&String> = left.keys().chain(right.keys()).collect();
                keys.sort();
                keys.dedup();
                let at =
                    |table: &serde_json::Map<String, Value>, key: &str| table.get(key).cloned().unwrap_or_default();
                keys.into_iter().find_map(|key| walk(&at(left, key), &at(right, key), &format!("{path}/{key}")))
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                let pairs = left.iter().zip(right).enumerate();
                pairs.into_iter().find_map(|(index, (left, right))| walk(left, right, &format!("{path}/{index}")))
            }
            _ if one == other => None,
            _ => {
                let path = if path.is_empty() { "/" } else { path };
                Some(format!("at `{path}`: {} and {}", short(&one.to_string()), short(&other.to_string())))
            }
        }
    }
    walk(one, other, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named() {
        let one = json!({ "a": [1, { "b": 2 }], "c": 1 });
        assert_eq!(difference(&one, &one), None);
        let other = json!({ "a": [1, { "b": 3 }] });
        assert_eq!(difference(&one, &other), Some("at `/a/1/b`: 2 and 3".to_owned()));
        assert_eq!(difference(&json!([1]), &json!([])), Some("at `/`: [1] and []".to_owned()));
    }

    #[test]
    fn the_rest_is_counted() {
        let lines = |count: usize| several((0..count).map(|number| number.to_string()));
        assert_eq!((lines(2).as_str(), lines(6).as_str()), ("0; 1", "0; 1; 2; 3; and 2 more"));
    }
}
