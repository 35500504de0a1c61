//! A configuration that was found sound: values, and where each came from.

use std::fmt::Write as _;

use deploy_model::{KeyPath, Origin, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::layer::Layer;
use crate::mark::Spot;
use crate::settings::Settings;
use crate::veil::without_value;

/// The merged configuration of one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The name of the environment.
    pub environment: String,
    /// What belongs to no section.
    pub settings: Settings,
    pub(crate) merged: Layer,
}

/// One value, and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub path: KeyPath,
    /// A scalar, an array, or an empty table.
    pub value: Value,
    /// Where the key was last set.
    pub origin: Origin,
}

impl Configuration {
    /// The merged value of a section; null where nothing sets it and it has no defaults.
    pub fn section_value(&self, name: &str) -> &Value {
        self.merged.table().get(name).unwrap_or(&Value::Null)
    }

    /// A section as its stage sees it. A section that nothing sets is read as an empty table, unless
    /// `T` takes nothing at all.
    ///
    /// # Errors
    /// What the schema could not rule out and serde refuses.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<T, Diagnostic> {
        let value = self.section_value(name);
        if value.is_null() {
            let absent = serde_json::from_value(Value::Null);
            return absent.or_else(|_| read(&self.merged, KeyPath::of([name]), Map::new().into()));
        }
        read(&self.merged, KeyPath::of([name]), value.clone())
    }

    /// Where the key was written, or the nearest key around it that was; the plugin that stands in its place.
    pub fn origin(&self, path: &KeyPath) -> Option<Origin> {
        if let Some(plugin) = path.plugin() {
            return Some(Origin::of_plugin(plugin));
        }
        self.merged.nearest_mark(path).map(|mark| mark.origin())
    }

    /// Every value with its origin, sorted by key.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in self.merged.table() {
            self.collect(KeyPath::of([key]), value, &mut entries);
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        entries
    }

    fn collect(&self, path: KeyPath, value: &Value, entries: &mut Vec<Entry>) {
        match value {
            Value::Object(table) if !table.is_empty() => {
                table.iter().for_each(|(key, inner)| self.collect(path.child(key), inner, entries));
            }
            _ => entries.extend(self.origin(&path).map(|origin| Entry { path, value: value.clone(), origin })),
        }
    }

    /// The SHA-256 of the merged values in hexadecimal. Order, comments and origins do not count.
    pub fn digest(&self) -> String {
        let mut canonical = String::new();
        write_canonical(&mut canonical, &Value::Object(self.merged.table().clone()));
        hex::encode(Sha256::digest(canonical))
    }

    /// Finds the place of a stage's problem.
    pub fn diagnose(&self, problem: Problem) -> Diagnostic {
        diagnose(&self.merged, problem)
    }
}

/// Finds the place of a problem in `layer`: the value itself, or the table it is missing from.
pub(crate) fn diagnose(layer: &Layer, problem: Problem) -> Diagnostic {
    let spot = if layer.is_marked(&problem.path) { Spot::Value } else { Spot::Key };
    let fit = |said: &str| without_value(said, &problem.path, layer.value(&problem.path));
    let problem = Problem {
        message: fit(&problem.message),
        label: problem.label.as_deref().map(fit),
        help: problem.help.as_deref().map(fit),
        path: problem.path.clone(),
    };
    let mut diagnostic = match (layer.nearest_mark(&problem.path), problem.path.plugin()) {
        (_, Some(plugin)) => Diagnostic::new(problem.message).origin(Origin::of_plugin(plugin)),
        (Some(mark), None) => mark.diagnostic(spot, problem.message),
        (None, None) => Diagnostic::new(problem.message),
    };
    diagnostic.label = problem.label;
    diagnostic.help.extend(problem.help);
    diagnostic.path(problem.path)
}

/// Reads `value`, found at `path` of `layer`, as a `T`.
pub(crate) fn read<T: DeserializeOwned>(layer: &Layer, path: KeyPath, value: Value) -> Result<T, Diagnostic> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = path.join(&key_path(error.path()));
        let message = format!("`{path}`: {}", error.inner());
        diagnose(layer, Problem::new(path, message))
    })
}

fn key_path(path: &Path) -> KeyPath {
    KeyPath::of(path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }))
}

/// JSON with sorted keys and no spaces: equal values, equal text.
fn write_canonical(text: &mut String, value: &Value) {
    match value {
        Value::Object(table) => {
            let mut keys: Vec<&String> = table.keys().collect();
            keys.sort();
            text.push('{');
            for key in keys {
                write_scalar(text, &key.as_str().into());
                text.push(':');
                write_canonical(text, &table[key]);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write_canonical(text, element);
                text.push(',');
            }
            text.push(']');
        }
        scalar => write_scalar(text, scalar),
    }
}

fn write_scalar(text: &mut String, scalar: &Value) {
    write!(text, "{scalar}").expect("a string takes any text");
}
