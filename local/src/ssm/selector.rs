//! How a request names a parameter: by name or ARN, with a version or a label behind a colon.

use super::parameter::{Parameter, State, Version};

/// One parameter at one version.
pub struct Selected<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The version that was asked for, or the newest.
    pub version: &'a Version,
    /// What stood behind the colon.
    pub selector: Option<String>,
}

/// Why nothing was found.
#[derive(Debug, PartialEq, Eq)]
pub enum NotFound {
    /// There is no parameter with this name.
    Parameter,
    /// The parameter has no such version or label.
    Version,
}

/// Finds what `reference` names: `name`, `name:3`, `name:label`, or an ARN with the same endings.
///
/// # Errors
/// Says whether the parameter or only its version is missing.
pub fn find<'a>(state: &'a State, reference: &str) -> Result<Selected<'a>, NotFound> {
    let (name, selector) = split(reference);
    let parameter = named(state, name).ok_or(NotFound::Parameter)?;
    let version = match selector {
        None => Some(parameter.latest()),
        Some(text) => match text.parse::<u64>() {
            Ok(number) => parameter.versions.iter().find(|version| version.number == number),
            Err(_) => parameter.labelled(text),
        },
    };
    let version = version.ok_or(NotFound::Version)?;
    Ok(Selected { parameter, version, selector: selector.map(str::to_owned) })
}

/// A parameter by its name or by the last part of its ARN, which does not say whether the name began with a slash.
fn named<'a>(state: &'a State, name: &str) -> Option<&'a Parameter> {
    match name.strip_prefix("arn:") {
        None => state.parameters.get(name),
        Some(_) => {
            let (_, rest) = name.split_once(":parameter/")?;
            state.parameters.get(rest).or_else(|| state.parameters.get(&format!("/{rest}")))
        }
    }
}

/// The name and what stands behind its colon. An ARN has five colons of its own.
fn split(reference: &str) -> (&str, Option<&str>) {
    let start = match reference.starts_with("arn:") {
        true => reference.find(":parameter/").map_or(0, |at| at + 1),
        false => 0,
    };
    match reference[start..].find(':') {
        Some(at) => (&reference[..start + at], Some(&reference[start + at + 1..])),
        None => (reference, None),
    }
}
