//! `unset = ["a.b"]`: a layer removes keys from the layers below it.

use deploy_model::KeyPath;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, shortened};
use crate::layer::Layer;
use crate::mark::{Mark, Spot};
use crate::nearest::nearest;

/// Removes from `lower` what `upper` unsets, and the list itself from `upper`.
///
/// A list of the wrong kind is left in place for the schema to refuse.
///
/// # Errors
/// Every entry that is no key or matches nothing.
pub(crate) fn apply(lower: &mut Layer, upper: &mut Layer) -> Result<(), Vec<Diagnostic>> {
    let list = KeyPath::of(["unset"]);
    let Some(Value::Array(entries)) = upper.value(&list).cloned() else { return Ok(()) };
    if !entries.iter().all(Value::is_string) {
        return Ok(());
    }
    let mut errors = Vec::new();
    for (index, entry) in entries.iter().filter_map(Value::as_str).enumerate() {
        if let Err(error) = remove(lower, entry) {
            let place = list.child(index.to_string());
            errors.push(located(error, upper.nearest_mark(&place)).path(place));
        }
    }
    upper.remove(&list);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn remove(lower: &mut Layer, entry: &str) -> Result<(), Diagnostic> {
    let path: KeyPath =
        entry.parse().map_err(|_| Diagnostic::new(format!("`unset`: `{}` is not a dotted key", shortened(entry))))?;
    if lower.remove(&path) {
        return Ok(());
    }
    let error = Diagnostic::new(format!("`unset` matches nothing: `{}`", shortened(entry)))
        .label("no layer below sets this key");
    Err(match similar(lower, &path) {
        Some(similar) => error.help(format!("a similar key exists: `{similar}`")),
        None => error,
    })
}

/// The nearest key beside the first segment of `path` that is not there.
fn similar(lower: &Layer, path: &KeyPath) -> Option<KeyPath> {
    let mut table = lower.table();
    let mut here = KeyPath::root();
    for segment in path.segments() {
        match table.get(segment) {
            Some(Value::Object(inner)) => table = inner,
            _ => return nearest(segment, table.keys().map(String::as_str)).map(|key| here.child(key)),
        }
        here = here.child(segment);
    }
    None
}

fn located(error: Diagnostic, mark: Option<&Mark>) -> Diagnostic {
    let Some(mark) = mark else { return error };
    let place = mark.diagnostic(Spot::Value, "");
    Diagnostic { origin: place.origin, excerpt: place.excerpt, ..error }
}
