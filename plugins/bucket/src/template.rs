//! Texts with placeholders, some of which are known only when the plan is made.

use deploy_plugin::StageContext;
use deploy_plugin::model::{Input, KeyPath, Part, Problem};

/// The placeholders that [`fill`] knows, for a message.
const KNOWN: &str = "`{app}`, `{env}`, `{prefix}`, `{account}`, `{region}` and `{partition}` are known";

/// `template` with its placeholders filled in.
///
/// # Errors
/// A placeholder that means nothing, as a problem of the key `source`.
pub fn fill(template: &str, source: &KeyPath, cx: &StageContext) -> Result<Input<String>, Problem> {
    let expanded = cx.expand(template);
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = expanded.as_str();
    while let Some((before, inside)) = rest.split_once('{') {
        let (name, after) = inside.split_once('}').unwrap_or((inside, ""));
        let part = match name {
            "account" => cx.account_id(),
            "region" => cx.region(),
            "partition" => cx.partition(),
            unknown => {
                let message = format!("nothing is known as `{{{unknown}}}`");
                return Err(Problem::new(source.clone(), message).help(KNOWN));
            }
        };
        parts.extend((!before.is_empty()).then(|| Part::from(before)));
        parts.push(part);
        rest = after;
    }
    if parts.is_empty() {
        return Ok(Input::Value(expanded));
    }
    parts.extend((!rest.is_empty()).then(|| Part::from(rest)));
    Ok(Input::Text(parts))
}

/// A text of these parts.
pub fn text(parts: impl IntoIterator<Item = Part>) -> Input<String> {
    Input::Text(parts.into_iter().collect())
}
