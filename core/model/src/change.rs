//! One difference between what is and what shall be.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::reference::text_parts;
use crate::{KeyPath, Origin, Reference};

/// The path of a field within a resource's inputs.
pub type FieldPath = KeyPath;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub path: FieldPath,
    /// Its value now; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Its value afterwards, with references where it is not known yet; absent where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Whether the service cannot change this field on a resource that exists.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forces_replacement: bool,
    /// Whether the values must not be shown.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// Where the configuration sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The sections whose stages have changed what another stage desires of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_by: Vec<String>,
}

/// The outermost fields in which two inputs differ: a whole one where it comes, goes or is no object.
pub fn differing_fields(before: &Value, after: &Value) -> Vec<FieldPath> {
    let mut differing = Vec::new();
    collect_differing(&FieldPath::root(), before, after, &mut differing);
    differing
}

fn collect_differing(path: &FieldPath, before: &Value, after: &Value, differing: &mut Vec<FieldPath>) {
    match (fields_of(before), fields_of(after)) {
        _ if before == after => {}
        (Some(left), Some(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for name in names {
                let side = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                collect_differing(&path.child(name), &side(left), &side(right), differing);
            }
        }
        _ => differing.push(path.clone()),
    }
}

/// The fields of an object. A reference is one in form, and a value in meaning.
fn fields_of(value: &Value) -> Option<&Map<String, Value>> {
    let is_open = Reference::in_value(value).is_some() || text_parts(value).is_some();
    value.as_object().filter(|_| !is_open)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn inputs_differ_in_their_outermost_fields() {
        let differing = |before: Value, after: Value| -> Vec<String> {
            differing_fields(&before, &after).iter().map(ToString::to_string).collect()
        };
        let one =
            json!({ "a": { "b": 1, "c": [1], "gone": {} }, "vpc": { "$ref": "network.vpc.main#id" }, "no": null });
        assert!(differing(one.clone(), one.clone()).is_empty());
        let other = json!({ "a": { "b": 1, "c": [2], "new": { "d": 1 } }, "vpc": { "$ref": "network.vpc.other#id" } });
        assert_eq!(differing(one.clone(), other), ["a.c", "a.gone", "a.new", "vpc"]);
        assert_eq!(differing(one, json!(3)), [""]);
    }
}
