//! The difference between what is and what shall be, field by field, under the rules of the kind.

use deploy_model::{FieldChange, FieldPath, FieldRules};
use serde_json::{Map, Value};

use crate::resolve::is_open;

/// Every field in which `live` is not as `desired` says.
///
/// Absent, `null`, an empty list and an empty map are the same. A reference that is still open differs
/// from everything: what it names is about to be made or changed.
pub fn diff(live: &Value, desired: &Value, rules: &FieldRules) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(&FieldPath::root(), live, desired, rules, &mut changes);
    changes
}

fn compare(path: &FieldPath, live: &Value, desired: &Value, rules: &FieldRules, changes: &mut Vec<FieldChange>) {
    let flags = rules.at(path);
    if flags.write_only || (is_nothing(desired) && (is_nothing(live) || flags.computed)) {
        return;
    }
    if let (Value::Object(live), Value::Object(desired)) = (live, desired)
        && !is_reference(desired)
    {
        return compare_fields(path, live, desired, rules, changes);
    }
    if path.segments().is_empty() || !same(live, desired, flags.unordered) {
        changes.push(FieldChange {
            path: path.clone(),
            before: (!is_nothing(live)).then(|| live.clone()),
            after: (!is_nothing(desired)).then(|| desired.clone()),
            forces_replacement: flags.force_new || (flags.set_once && !is_nothing(live)),
            sensitive: flags.sensitive,
            origin: None,
            changed_by: Vec::new(),
        });
    }
}

fn compare_fields(
    path: &FieldPath,
    live: &Map<String, Value>,
    desired: &Map<String, Value>,
    rules: &FieldRules,
    changes: &mut Vec<FieldChange>,
) {
    let mut keys: Vec<&String> = live.keys().chain(desired.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let at = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or(Value::Null);
        compare(&path.child(key), &at(live), &at(desired), rules, changes);
    }
}

/// A reference or a text of references: an object in form, a value in meaning.
fn is_reference(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|key| key == "$ref" || key == "$text")
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        _ => false,
    }
}

fn same(live: &Value, desired: &Value, unordered: bool) -> bool {
    if is_open(desired) {
        return false;
    }
    match (live, desired) {
        (Value::Array(live), Value::Array(desired)) if unordered => sorted(live) == sorted(desired),
        (Value::Array(live), Value::Array(desired)) => {
            live.len() == desired.len()
                && live.iter().zip(desired).all(|(live, desired)| trimmed(live) == trimmed(desired))
        }
        _ => trimmed(live) == trimmed(desired),
    }
}

fn sorted(items: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = items.iter().map(|item| trimmed(item).to_string()).collect();
    texts.sort();
    texts
}

/// The value without fields that hold nothing, so that elements of lists compare as fields do.
fn trimmed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !is_nothing(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), trimmed(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(trimmed).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn rules() -> FieldRules {
        FieldRules::from_schema(&json!({"properties": {
            "zones": {"x-unordered": true}, "cidr": {"x-force-new": true},
            "key": {"x-computed": true}, "seed": {"x-write-only": true},
        }}))
    }

    fn paths(live: Value, desired: Value) -> Vec<String> {
        diff(&live, &desired, &rules()).iter().map(|change| change.path.to_string()).collect()
    }

    #[test]
    fn only_what_differs_is_named() {
        let live = json!({"zones": ["b", "a"], "cidr": "x", "tags": {"Name": "a", "old": "1"}, "key": "k", "seed": 1});
        let desired = json!({"zones": ["a", "b"], "cidr": "y", "tags": {"Name": "b"}, "list": [], "seed": 2});
        assert_eq!(paths(live, desired), ["cidr", "tags.Name", "tags.old"]);
    }

    #[test]
    fn an_open_reference_is_a_change() {
        assert_eq!(paths(json!({"vpc": "vpc-1"}), json!({"vpc": {"$ref": "network.vpc.main#id"}})), ["vpc"]);
    }

    #[test]
    fn a_field_that_goes_is_a_change_with_nothing_after() {
        let changes = diff(&json!({"retention": 30}), &json!({}), &rules());
        assert_eq!((changes[0].before.clone(), changes[0].after.clone()), (Some(json!(30)), None));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..5i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-e]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_differs_from_itself(value in any_value()) {
            let value = json!({"field": value});
            prop_assert!(diff(&value, &value, &FieldRules::default()).is_empty());
        }

        #[test]
        fn a_difference_is_seen_from_both_sides(a in any_value(), b in any_value()) {
            let (a, b) = (json!({"field": a}), json!({"field": b}));
            let forth = diff(&a, &b, &FieldRules::default()).is_empty();
            prop_assert_eq!(forth, diff(&b, &a, &FieldRules::default()).is_empty());
        }
    }
}
