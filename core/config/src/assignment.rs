//! `--set ecs.services.web.desired_count=4`: the layer of the command line.

use deploy_model::{KeyPath, Origin};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, shortened};
use crate::document::parse_key;
use crate::layer::Layer;
use crate::mark::Mark;
use crate::reading::read;
use crate::schema::{Schema, child};
use crate::veil::without_value;

/// The option's name, as origins show it.
const OPTION: &str = "--set";

/// The layer that assignments make, in their order: a later one wins.
///
/// # Errors
/// Every assignment that is none, or whose text does not mean a value of its key.
pub(crate) fn layer(assignments: &[String], schema: &Schema<'_>) -> Result<Layer, Vec<Diagnostic>> {
    let mut layer = Layer::default();
    let mut errors = Vec::new();
    for assignment in assignments {
        match read_assignment(assignment, schema) {
            Ok((path, value)) => layer.set(&path, value, &Mark::named(OPTION)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(layer) } else { Err(errors) }
}

fn read_assignment(assignment: &str, schema: &Schema<'_>) -> Result<(KeyPath, Value), Diagnostic> {
    let about = |message: String| Diagnostic::new(message).origin(Origin::named(OPTION));
    let Some((key, text)) = split(assignment) else {
        let message = format!("`--set {}` has no `=`", shortened(assignment));
        return Err(about(message).help("write `--set key=value`, for example `--set aws.region=eu-west-1`"));
    };
    let path = parse_key(key).ok_or_else(|| {
        let message = format!("`--set {}=…`: `{0}` is not a dotted key", shortened(key));
        about(message).help("write it as in TOML, a part that holds other characters in quotes: `--set tags.\"a b\"=c`")
    })?;
    match read(text, &schema.kinds(&nodes_at(schema, &path))) {
        Ok(value) => Ok((path, value)),
        Err(reason) => {
            let reason = without_value(&reason, &path, Some(&text.into()));
            Err(about(format!("`--set {}`: {reason}", shortened(key))).path(path))
        }
    }
}

/// The schemas of the value at `path`; none for an unknown key, which the check will name.
fn nodes_at<'a>(schema: &Schema<'a>, path: &KeyPath) -> Vec<&'a Value> {
    path.segments().iter().fold(schema.root(), |nodes, segment| {
        child(&schema.all(&nodes), segment).map(|child| child.nodes).unwrap_or_default()
    })
}

/// Splits at the first `=` outside quotes.
fn split(assignment: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let equals = assignment.find(|character| match (character, quote) {
        ('=', None) => true,
        ('"' | '\'', None) => {
            quote = Some(character);
            false
        }
        (_, Some(open)) if character == open => {
            quote = None;
            false
        }
        _ => false,
    })?;
    Some((&assignment[..equals], &assignment[equals + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_outside_quotes_separates() {
        assert_eq!(split("a.b=c=d"), Some(("a.b", "c=d")));
        assert_eq!(split("tags.\"a=b\"=c"), Some(("tags.\"a=b\"", "c")));
        assert_eq!(split("a"), None);
    }
}
