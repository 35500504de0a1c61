//! What the files hold fast: a variable or an option may tighten it, and only the files may loosen it.

use deploy_model::KeyPath;
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::layer::Layer;
use crate::mark::Spot;

/// The settings that guard an environment.
const GUARDS: [&[&str]; 3] = [&["production"], &["protect"], &["aws", "account"]];

/// Whether `upper`, which is no file, takes from `lower` what guards the environment of `file`.
///
/// # Errors
/// Every guard that it would loosen.
pub(crate) fn hold(lower: &Layer, upper: &Layer, merged: &Layer, file: &str) -> Result<(), Vec<Diagnostic>> {
    let loosened = GUARDS.iter().map(|guard| KeyPath::of(guard.iter().copied())).filter(|path| {
        let before = lower.value(path);
        let is_guard = matches!(before, Some(Value::Bool(true) | Value::String(_)));
        is_guard && merged.value(path) != before
    });
    let errors: Vec<Diagnostic> = loosened.map(|path| refusal(lower, upper, path, file)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn refusal(lower: &Layer, upper: &Layer, path: KeyPath, file: &str) -> Diagnostic {
    let said = lower.value(&path).map(Value::to_string).unwrap_or_default();
    let place = lower.nearest_mark(&path).map(|mark| mark.origin().to_string()).unwrap_or_default();
    let message = format!("`{path}` guards this environment and can be loosened in the files alone");
    // What is not set above was taken away: by `unset`.
    let cause = upper.nearest_mark(&path).or_else(|| upper.nearest_mark(&KeyPath::of(["unset"])));
    let error = match cause {
        Some(mark) => mark.diagnostic(Spot::Key, message),
        None => Diagnostic::new(message),
    };
    error
        .label(format!("{place} says `{path} = {said}`"))
        .help(format!("where it shall no longer hold, change it in `{file}`"))
        .path(path)
}
