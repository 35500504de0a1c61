//! What the plugin says of itself.

use deploy_plugin::wire::{Describe, Description, NEWEST_PROTOCOL};
use serde_json::Value;

use crate::case::{Shown, Verdict};
use crate::probe::Probe;
use crate::schema::misfit;
use crate::subject::Subject;
use crate::words::difference;

/// It says the same of itself at every call and every start.
pub fn describe(subject: &Subject) -> Shown {
    let failed = |what: String| Verdict::failed(what, "answer `describe` with `stages` and `kinds`");
    let (mut probe, first) = Probe::introduced(subject).map_err(failed)?;
    serde_json::from_value::<Description>(first.clone())
        .map_err(|error| failed(format!("answers `describe` in another form: {error}")))?;
    let again = probe.expect(&Describe { protocol: NEWEST_PROTOCOL }).map_err(failed)?;
    same("call", &first, &again)?;
    let (_, anew) = Probe::introduced(subject).map_err(failed)?;
    same("start", &first, &anew)
}

fn same(at: &str, one: &Value, other: &Value) -> Shown {
    match difference(one, other) {
        None => Ok(()),
        Some(difference) => Err(Verdict::failed(
            format!("describes itself in another way at the second {at}, {difference}"),
            "have nothing in a description that changes: no time, no number of the process, no order by chance",
        )),
    }
}

/// The same as [`section`], of a plugin that no host can use.
pub fn section_alone(subject: &Subject) -> Shown {
    let unsaid = || Verdict::skipped("it does not describe itself: see `describe`");
    let (_, described) = Probe::introduced(subject).map_err(|_| unsaid())?;
    section(&serde_json::from_value(described).map_err(|_| unsaid())?)
}

/// The defaults of its section fit the section's schema, which refuses unknown keys.
pub fn section(description: &Description) -> Shown {
    if description.stages.is_empty() {
        return Err(Verdict::skipped("it has no stage"));
    }
    let mut open = Vec::new();
    for stage in &description.stages {
        let section = &stage.section;
        let name = &section.name;
        if section.schema.get("type").and_then(Value::as_str) != Some("object") {
            let what = format!("the schema of `[{name}]` is not that of an object");
            return Err(Verdict::failed(what, "give it `\"type\": \"object\"`"));
        }
        if let Some(misfit) = misfit(&section.schema, &section.defaults) {
            let what = format!("the defaults of `[{name}]` do not fit its schema: {misfit}");
            return Err(Verdict::failed(what, "change the defaults or the schema"));
        }
        if section.schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            open.push(format!("`[{name}]`"));
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let what = format!(
        "the schema of {} takes keys that it does not know, so that nobody is told of a misspelt one: \
         have `additionalProperties = false` (in Rust `#[serde(deny_unknown_fields)]`)",
        open.join(" and ")
    );
    Err(Verdict::Warned { what })
}
