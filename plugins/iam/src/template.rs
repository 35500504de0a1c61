//! Texts with placeholders, some of which are known only when the plan is made.

use deploy_plugin::StageContext;
use deploy_plugin::model::{Input, Part};

/// The placeholders that [`fill`] knows, for a message.
pub(crate) const KNOWN: &str = "`{app}`, `{env}`, `{prefix}`, `{account}`, `{region}` and `{partition}` are known";

/// A placeholder that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownPlaceholder(pub(crate) String);

/// `template` with its placeholders filled in. IAM's own variables, `${aws:username}`, are left as they are.
pub(crate) fn fill(template: &str, cx: &StageContext) -> Result<Input<String>, UnknownPlaceholder> {
    let mut parts = Vec::new();
    let mut fixed = String::new();
    let mut rest = template;
    while let Some((before, name, after)) = next_braces(rest) {
        fixed.push_str(before);
        rest = after;
        let reference = match name {
            _ if before.ends_with('$') => {
                fixed.push_str(&format!("{{{name}}}"));
                continue;
            }
            "app" | "env" | "prefix" => {
                fixed.push_str(&cx.expand(&format!("{{{name}}}")));
                continue;
            }
            "account" => cx.account_id(),
            "region" => cx.region(),
            "partition" => cx.partition(),
            unknown => return Err(UnknownPlaceholder(unknown.to_owned())),
        };
        push_fixed(&mut parts, &mut fixed);
        parts.push(reference);
    }
    fixed.push_str(rest);
    if parts.is_empty() {
        return Ok(Input::Value(fixed));
    }
    push_fixed(&mut parts, &mut fixed);
    Ok(Input::Text(parts))
}

/// A text of these parts.
pub(crate) fn text(parts: impl IntoIterator<Item = Part>) -> Input<String> {
    Input::Text(parts.into_iter().collect())
}

fn push_fixed(parts: &mut Vec<Part>, fixed: &mut String) {
    if !fixed.is_empty() {
        parts.push(Part::Fixed(std::mem::take(fixed)));
    }
}

/// What stands before, within and after the first pair of braces.
fn next_braces(text: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = text.split_once('{')?;
    let (name, after) = inside.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use deploy_plugin::model::Owner;

    use super::*;

    fn cx() -> StageContext {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        StageContext { owner, prefix: "shop-dev".into(), tags: BTreeMap::new() }
    }

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_becomes_references() {
        assert_eq!(fill("{prefix}/{app}.{env}", &cx()), Ok("shop-dev/shop.dev".into()));
        let arn = fill("arn:{partition}:s3:::{app}-{account}", &cx());
        let parts = vec!["arn:".into(), cx().partition(), ":s3:::shop-".into(), cx().account_id()];
        assert_eq!(arn, Ok(Input::Text(parts)));
    }

    #[test]
    fn variables_of_iam_are_left_alone_and_unknown_placeholders_refused() {
        assert_eq!(fill("home/${aws:username}/{app}", &cx()), Ok("home/${aws:username}/shop".into()));
        assert_eq!(fill("{applcation}", &cx()), Err(UnknownPlaceholder("applcation".into())));
    }
}
