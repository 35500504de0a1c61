//! A plan for programs: versioned, and without any value that is nobody's business.

use deploy_model::{Change, FieldChange, Plan};
use serde_json::{Map, Value, json};

/// The version of this format. It grows when a field changes its meaning or goes; not when one is added.
const VERSION: u32 = 1;

/// The plan as one JSON document.
pub fn plan_json(plan: &Plan) -> Value {
    json!({
        "version": VERSION,
        "application": plan.owner.application,
        "environment": plan.owner.environment,
        "place": plan.place,
        "destroy": plan.destroy,
        "configuration": plan.configuration,
        "counts": plan.counts(),
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "findings": plan.findings,
        "unchanged": plan.unchanged,
    })
}

fn change(change: &Change) -> Value {
    json!({
        "address": change.address,
        "verb": change.verb,
        "id": change.id,
        "origin": change.origin,
        "why": change.why,
        "fields": change.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

/// A field with both values, or with neither where it is sensitive.
fn field(field: &FieldChange) -> Value {
    let mut shown = Map::new();
    shown.insert("path".to_owned(), json!(field.path));
    if field.sensitive {
        shown.insert("sensitive".to_owned(), Value::Bool(true));
    } else {
        shown.insert("before".to_owned(), json!(field.before));
        shown.insert("after".to_owned(), json!(field.after));
    }
    shown.insert("forces_replacement".to_owned(), Value::Bool(field.forces_replacement));
    shown.insert("origin".to_owned(), json!(field.origin));
    if !field.changed_by.is_empty() {
        shown.insert("changed_by".to_owned(), json!(field.changed_by));
    }
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn a_plan_for_programs_looks_like_this() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&plan_json(&sample::busy())).expect("json"));
    }
}
