//! The fields of a change as lines: one value, one variable, one rule, one statement a line.

use deploy_model::reference::text_parts;
use deploy_model::{Action, Change, FieldChange, KeyPath, Origin, Plan, Reference};
use serde_json::Value;

use crate::view::phrase::phrase;
use crate::view::value::Values;

/// One line beneath a change.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldLine<'a> {
    /// The field's own name, with as much of its path as tells it from the others.
    pub label: String,
    /// What happens to it.
    pub delta: Delta,
    /// Where the configuration sets it.
    pub origin: Option<&'a Origin>,
    /// The sections whose stages have changed it for another.
    pub changed_by: &'a [String],
}

/// What happens to a field.
#[derive(Debug, PartialEq, Eq)]
pub enum Delta {
    /// Another value.
    Changed(String, String),
    /// It had none.
    Added(String),
    /// It has none afterwards.
    Removed(String),
    /// It changes, and its value is nobody's business.
    Hidden,
}

/// The lines of a change. What only follows from another change is left out.
pub fn lines<'a>(plan: &Plan, change: &'a Change, values: &Values<'_>) -> Vec<FieldLine<'a>> {
    let sides = Sides::of(plan, change);
    let mut lines: Vec<(KeyPath, Delta, &FieldChange)> = Vec::new();
    for field in change.fields.iter().filter(|field| !follows(field, values)) {
        for (path, delta) in deltas(field, &sides, values) {
            // Several fields of one statement are one line.
            if !lines.iter().any(|(known, said, _)| *known == path && *said == delta) {
                lines.push((path, delta, field));
            }
        }
    }
    let paths: Vec<KeyPath> = lines.iter().map(|(path, _, _)| path.clone()).collect();
    let named = |(path, delta, field): (KeyPath, Delta, &'a FieldChange)| {
        let label = label(&path, &paths, field, values);
        FieldLine { label, delta, origin: field.origin.as_ref(), changed_by: &field.changed_by }
    };
    lines.into_iter().map(named).collect()
}

/// The end of the path that tells it from the others. What comes or goes with a thing, such as a container, names it.
fn label(path: &KeyPath, all: &[KeyPath], field: &FieldChange, values: &Values<'_>) -> String {
    let label = short(path, all);
    let comes = field.before.is_none() && field.after.as_ref().is_some_and(|thing| is_thing(thing, values));
    let thing = match (goes(field, values), comes) {
        (true, _) => field.path.parent(),
        (false, true) => Some(field.path.clone()),
        (false, false) => None,
    };
    match thing.as_ref().and_then(|thing| thing.segments().last()) {
        Some(name) if !label.starts_with(name.as_str()) => format!("{}.{label}", KeyPath::of([name])),
        _ => label,
    }
}

/// Whether a whole thing goes: its name and what it was say it all.
fn goes(field: &FieldChange, values: &Values<'_>) -> bool {
    field.after.is_none() && field.before.as_ref().is_some_and(|thing| is_thing(thing, values))
}

/// An object with a structure of its own, as opposed to a table of values.
fn is_thing(value: &Value, values: &Values<'_>) -> bool {
    let inner = |field: &Value| field.is_object() || field.is_array();
    !is_whole(value, values) && value.as_object().is_some_and(|fields| fields.values().any(inner))
}

/// Whether the field changes only because what it names gets a new revision.
pub fn follows(field: &FieldChange, values: &Values<'_>) -> bool {
    field.after.as_ref().is_some_and(|after| values.is_consequence(after))
}

/// The whole of a resource's inputs before and after, for fields that are only understood together.
struct Sides<'a> {
    before: &'a Value,
    after: &'a Value,
}

impl<'a> Sides<'a> {
    fn of(plan: &'a Plan, change: &Change) -> Self {
        let mut sides = Self { before: &Value::Null, after: &Value::Null };
        for step in plan.steps.iter().filter(|step| step.address == change.address) {
            match &step.action {
                Action::Update { live, inputs, .. } => sides = Self { before: &live.inputs, after: inputs },
                Action::Create { inputs } => sides.after = inputs,
                Action::Retire { live, .. } | Action::Delete { live } => sides.before = &live.inputs,
            }
        }
        sides
    }

    /// The outermost key around `path` that is a phrase itself, such as `tcp 80 0.0.0.0/0`, as it reads on both sides.
    fn key_around(&self, path: &KeyPath) -> Option<(KeyPath, Option<String>, Option<String>)> {
        let depth = path.segments().iter().position(|segment| segment.contains(' '))?;
        let key = &path.segments()[depth];
        let whole = KeyPath::of(path.segments()[..=depth].iter().cloned());
        let side = |side: &Value| {
            let description =
                at(side, &whole)?.get("description").and_then(Value::as_str).filter(|text| !text.is_empty());
            Some(description.map_or_else(|| key.clone(), |description| format!("{key} \"{description}\"")))
        };
        Some((KeyPath::of(path.segments()[..depth].iter().cloned()), side(self.before), side(self.after)))
    }

    /// The outermost value around `path` that reads as a phrase, on either side.
    fn phrase_around(&self, path: &KeyPath, values: &Values<'_>) -> Option<(KeyPath, Option<String>, Option<String>)> {
        (1..=path.segments().len()).find_map(|depth| {
            let path = KeyPath::of(path.segments()[..depth].iter().cloned());
            let side = |side: &Value| phrase(at(side, &path)?, values);
            let (before, after) = (side(self.before), side(self.after));
            (before.is_some() || after.is_some()).then_some((path, before, after))
        })
    }
}

fn at<'a>(value: &'a Value, path: &KeyPath) -> Option<&'a Value> {
    path.segments().iter().try_fold(value, |value, segment| match value {
        Value::Object(fields) => fields.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    })
}

fn deltas(field: &FieldChange, sides: &Sides<'_>, values: &Values<'_>) -> Vec<(KeyPath, Delta)> {
    if field.sensitive {
        return vec![(field.path.clone(), Delta::Hidden)];
    }
    if let Some(delta) = secret_version(field) {
        return vec![(field.path.clone(), delta)];
    }
    if let Some((path, before, after)) =
        sides.key_around(&field.path).or_else(|| sides.phrase_around(&field.path, values))
    {
        let removed = before.clone().filter(|before| after.as_ref() != Some(before)).map(Delta::Removed);
        let added = after.filter(|after| before.as_ref() != Some(after)).map(Delta::Added);
        return removed.into_iter().chain(added).map(|delta| (path.clone(), delta)).collect();
    }
    if let Some(before) = field.before.as_ref().filter(|_| goes(field, values)) {
        let telling = before
            .get("image")
            .or_else(|| before.get("name"))
            .map_or_else(|| "all of it".to_owned(), |value| values.text(value));
        return vec![(field.path.clone(), Delta::Removed(telling))];
    }
    let mut found = Vec::new();
    compare(&field.path, field.before.as_ref(), field.after.as_ref(), values, &mut found);
    found
}

/// The versions of a secret that a task definition was and is registered for: `v3 -> v4`.
fn secret_version(field: &FieldChange) -> Option<Delta> {
    if field.path.segments().first()? != "secret_versions" {
        return None;
    }
    // `v3.1764072000`: when it was set tells versions apart that have the same number.
    let version = |value: &Value| Some(value.as_str()?.split('.').next().unwrap_or_default().to_owned());
    let (before, after) = (field.before.as_ref().and_then(version), field.after.as_ref());
    let after = after.map(|after| version(after).unwrap_or_else(|| "a new value".to_owned()));
    Some(match (before, after) {
        (Some(before), Some(after)) if before == after => Delta::Changed(before, format!("{after}, set anew")),
        (Some(before), None) => Delta::Changed(before, "not looked at any more".to_owned()),
        (before, after) => single(before, after),
    })
}

fn compare(
    path: &KeyPath,
    before: Option<&Value>,
    after: Option<&Value>,
    values: &Values<'_>,
    found: &mut Vec<(KeyPath, Delta)>,
) {
    let text = |value: &Value| values.text(value);
    match (before, after) {
        (Some(Value::Array(before)), Some(Value::Array(after))) if is_list_of_things(before, after) => {
            let missing = |from: &[Value], items: &[Value]| -> Vec<String> {
                items.iter().filter(|item| !from.contains(item)).map(text).collect()
            };
            found.extend(missing(after, before).into_iter().map(|item| (path.clone(), Delta::Removed(item))));
            found.extend(missing(before, after).into_iter().map(|item| (path.clone(), Delta::Added(item))));
        }
        (Some(before), Some(after)) => found.push((path.clone(), Delta::Changed(text(before), text(after)))),
        (Some(one), None) | (None, Some(one)) => {
            let side = |value| if before.is_some() { (Some(value), None) } else { (None, Some(value)) };
            match one {
                Value::Object(fields) if !is_whole(one, values) => {
                    for (name, value) in fields.iter().filter(|(_, value)| !is_nothing(value)) {
                        let (before, after) = side(value);
                        compare(&path.child(name), before, after, values, found);
                    }
                }
                Value::Array(items) if items.iter().any(Value::is_object) => {
                    for item in items {
                        let (before, after) = side(item);
                        found.push((path.clone(), single(before.map(text), after.map(text))));
                    }
                }
                _ => {
                    let (before, after) = side(one);
                    found.push((path.clone(), single(before.map(text), after.map(text))));
                }
            }
        }
        (None, None) => {}
    }
}

fn single(before: Option<String>, after: Option<String>) -> Delta {
    match (before, after) {
        (Some(before), Some(after)) => Delta::Changed(before, after),
        (Some(before), None) => Delta::Removed(before),
        (None, after) => Delta::Added(after.unwrap_or_default()),
    }
}

/// Lists of which some members stay, or whose members are things with fields: compared member by
/// member. Other lists, such as a command, are one value.
fn is_list_of_things(before: &[Value], after: &[Value]) -> bool {
    let differ = before.iter().any(|item| !after.contains(item)) || after.iter().any(|item| !before.contains(item));
    differ && (before.iter().chain(after).any(Value::is_object) || before.iter().any(|item| after.contains(item)))
}

/// An object that is one value: a reference, a text of references, or something read as a phrase.
fn is_whole(value: &Value, values: &Values<'_>) -> bool {
    Reference::in_value(value).is_some() || text_parts(value).is_some() || phrase(value, values).is_some()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The end of `path` that no other path of the change has.
fn short(path: &KeyPath, all: &[KeyPath]) -> String {
    let segments = path.segments();
    let is_index = |segment: &String| segment.bytes().all(|byte| byte.is_ascii_digit());
    let tail = |from: usize| KeyPath::of(segments[from..].iter().cloned());
    let is_ambiguous = |from: usize| {
        let end = &segments[from..];
        let is_tag = from > 0 && segments[from - 1] == "tags";
        let mut others = all.iter().filter(|other| *other != path);
        is_tag || end.iter().all(is_index) || others.any(|other| other.segments().ends_with(end))
    };
    let from = (0..segments.len()).rev().find(|from| !is_ambiguous(*from)).unwrap_or(0);
    tail(from).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn compared(before: Value, after: Value) -> Vec<(String, Delta)> {
        let side = |value: Value| (!value.is_null()).then_some(value);
        let mut found = Vec::new();
        let (before, after) = (side(before), side(after));
        compare(&KeyPath::of(["f"]), before.as_ref(), after.as_ref(), &Values::default(), &mut found);
        found.into_iter().map(|(path, delta)| (path.to_string(), delta)).collect()
    }

    #[test]
    fn rules_are_compared_one_by_one() {
        let rule = |port: u16| json!({"protocol": "tcp", "from_port": port, "to_port": port, "cidr": "0.0.0.0/0"});
        let lines = compared(json!([rule(80), rule(22)]), json!([rule(443), rule(80)]));
        let expected = [
            ("f".to_owned(), Delta::Removed("tcp 22 0.0.0.0/0".to_owned())),
            ("f".to_owned(), Delta::Added("tcp 443 0.0.0.0/0".to_owned())),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_command_is_one_value() {
        let lines = compared(json!(["a"]), json!(["b", "c"]));
        assert_eq!(lines, [("f".to_owned(), Delta::Changed("a".to_owned(), "b, c".to_owned()))]);
    }

    #[test]
    fn what_appears_as_a_whole_is_shown_by_its_fields() {
        let lines = compared(Value::Null, json!({"image": "nginx:1", "ports": [], "variables": {"A": "1"}}));
        let added = |path: &str, value: &str| (path.to_owned(), Delta::Added(value.to_owned()));
        assert_eq!(lines, [added("f.image", "nginx:1"), added("f.variables.A", "1")]);
    }

    #[test]
    fn labels_are_as_short_as_they_can_be_told_apart() {
        let path = |text: &str| text.parse::<KeyPath>().expect("a path");
        let all = [path("containers.web.image"), path("containers.log.image"), path("cpu"), path("tags.Name")];
        let shown: Vec<String> = all.iter().map(|path| short(path, &all)).collect();
        assert_eq!(shown, ["web.image", "log.image", "cpu", "tags.Name"]);
    }
}
