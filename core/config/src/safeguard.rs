//! What protects an environment stands in its files, where everybody sees it change. A variable or an option
//! can add protection for one run; it cannot take any away.

use deploy_model::{KeyPath, Problem};
use serde_json::Value;

use crate::configuration::diagnose;
use crate::diagnostic::Diagnostic;
use crate::layer::Layer;

/// Every safeguard that the files set and that `merged`, with variables and options laid over them, has lost.
pub(crate) fn lost(files: &Layer, merged: &Layer) -> Vec<Diagnostic> {
    let safeguards = [["protect"].as_slice(), &["production"], &["aws", "account"]];
    let lost = safeguards.into_iter().map(|path| KeyPath::of(path.iter().copied())).filter(|path| {
        let set = files.value(path).filter(|value| **value != Value::Bool(false));
        set.is_some() && set != merged.value(path)
    });
    let diagnostic = |path: KeyPath| {
        let message = format!("`{path}` cannot be changed from outside the files, where it protects the environment");
        let problem = Problem::new(path.clone(), message).label("only files can take protection away");
        let help = match files.nearest_mark(&path) {
            Some(mark) => format!("change it where it stands: {}", mark.origin()),
            None => "change it in the environment's file".to_owned(),
        };
        diagnose(merged, problem.help(help))
    };
    lost.map(diagnostic).collect()
}
