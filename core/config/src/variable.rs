//! `DEPLOY_ECS__SERVICES__WEB__DESIRED_COUNT=4`: the layer of environment variables.
//!
//! `__` separates segments. A segment means the key of the schema or of the layers below that it spells
//! without regard to case or to `-` and `_`; where keys are the user's choice it is a new key in lower
//! case.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use deploy_model::{KeyPath, Origin};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, shortened};
use crate::document::DEEPEST;
use crate::layer::Layer;
use crate::mark::Mark;
use crate::nearest::{fold, nearest};
use crate::reading::read;
use crate::schema::{Schema, child, known_keys};
use crate::veil::without_value;

/// What every variable of ours begins with.
const PREFIX: &str = "DEPLOY_";

/// Variables that steer the command line and are never settings.
const RESERVED: [&str; 4] = ["DEPLOY_ENV", "DEPLOY_LOCAL", "DEPLOY_LOG", "DEPLOY_DIR"];

/// The layer that `variables` make over `lower`.
///
/// # Errors
/// Every variable that leads nowhere, means no value, or sets what another one sets too.
pub(crate) fn layer(
    variables: &[(OsString, OsString)],
    schema: &Schema<'_>,
    lower: &Layer,
) -> Result<Layer, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let mut found: BTreeMap<KeyPath, (String, Value)> = BTreeMap::new();
    for (name, text) in variables {
        // What is no text in a name stands out in it, and leads nowhere.
        let name = name.to_string_lossy().into_owned();
        match read_variable(&name, text, schema, lower) {
            Ok(None) => {}
            Ok(Some((path, value))) => {
                if let Some((other, _)) = found.insert(path.clone(), (name.clone(), value)) {
                    errors.push(about(&name, format!("`{other}` and `{name}` both set `{path}`")).path(path));
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut layer = Layer::default();
    // Paths are sorted: a table comes before what is set inside it.
    for (path, (name, value)) in found {
        layer.set(&path, value, &Mark::named(&name));
    }
    Ok(layer)
}

fn read_variable(
    name: &str,
    text: &OsStr,
    schema: &Schema<'_>,
    lower: &Layer,
) -> Result<Option<(KeyPath, Value)>, Diagnostic> {
    let Some(key) = name.strip_prefix(PREFIX).filter(|_| !RESERVED.contains(&name)) else { return Ok(None) };
    let segments: Vec<&str> = key.split("__").collect();
    let (path, nodes) = match resolve(&segments, schema, lower) {
        Ok(found) => found,
        Err(_) if segments.len() == 1 => return Ok(None),
        Err(nowhere) => return Err(nowhere.diagnostic(name)),
    };
    let Some(text) = text.to_str() else {
        let error = about(name, format!("`{name}` is not UTF-8 text: `{}`", shortened(&text.to_string_lossy())));
        return Err(error.path(path).help(format!("set it anew, or take it away: `unset {name}`")));
    };
    match read(text, &schema.kinds(&nodes)) {
        Ok(value) => Ok(Some((path, value))),
        Err(reason) => {
            let reason = without_value(&reason, &path, Some(&text.into()));
            Err(about(name, format!("`{name}`: {reason}")).path(path))
        }
    }
}

/// A segment that names no key of the table at `table`.
struct Nowhere {
    table: KeyPath,
    segment: String,
    similar: Option<String>,
}

impl Nowhere {
    fn diagnostic(self, variable: &str) -> Diagnostic {
        let key = shortened(&self.segment.to_lowercase());
        let error = match self.table.segments() {
            [] => about(
                variable,
                format!("variable `{}` leads nowhere: no section or setting `{key}`", shortened(variable)),
            ),
            _ => about(
                variable,
                format!("variable `{}` leads nowhere: [{}] has no `{key}`", shortened(variable), self.table),
            ),
        };
        match self.similar {
            Some(similar) => error.help(format!("a similar key exists: `{}`", self.table.child(similar))),
            None => error,
        }
    }
}

/// The key that `segments` spell, and the schemas of its value.
fn resolve<'a>(segments: &[&str], schema: &Schema<'a>, lower: &Layer) -> Result<(KeyPath, Vec<&'a Value>), Nowhere> {
    let mut path = KeyPath::root();
    let mut nodes = schema.root();
    for (depth, segment) in segments.iter().enumerate() {
        let all = schema.all(&nodes);
        let below = if depth == 0 { Some(lower.table()) } else { lower.value(&path).and_then(Value::as_object) };
        let mut known = known_keys(&all);
        known.extend(below.into_iter().flat_map(|table| table.keys().map(String::as_str)));
        let folded = fold(segment);
        let spelled = known
            .iter()
            .find(|key| fold(key) == folded)
            .map_or_else(|| segment.to_lowercase(), |key| (*key).to_owned());
        match child(&all, &spelled) {
            Some(inner) if !segment.is_empty() && depth < DEEPEST => nodes = inner.nodes,
            _ => {
                let similar = nearest(segment, known).map(str::to_owned);
                return Err(Nowhere { table: path, segment: (*segment).to_owned(), similar });
            }
        }
        path = path.child(spelled);
    }
    Ok((path, nodes))
}

fn about(variable: &str, message: String) -> Diagnostic {
    Diagnostic::new(message).origin(Origin::named(variable))
}
