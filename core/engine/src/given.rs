//! Whether what belongs to others is there, and is what the configuration takes it for.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, Problem};
use deploy_plugin::{Context, Given, Purpose};
use futures::future::try_join_all;
use serde_json::Value;

use crate::discover::{DiscoverError, Search};
use crate::kinds::Kinds;

/// What is wrong with the resources that the blueprint is given: one look-up a kind, all at once. A deletion stands in
/// nothing, so that it has no doubts.
///
/// # Errors
/// The first look-up that fails.
pub async fn doubts(kinds: &Kinds, cx: &Context, search: Search<'_>) -> Result<Vec<Problem>, DiscoverError> {
    if search.purpose == Purpose::Delete {
        return Ok(Vec::new());
    }
    let look_ups = kinds.iter().map(|(name, known)| async move {
        let given: Vec<_> = search.blueprint.given.iter().filter(|(address, _)| address.kind() == name).collect();
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let ids: BTreeSet<String> = given.iter().map(|(_, given)| id(given)).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let seen = known.kind.look_up(cx, &ids).await;
        let seen = seen.map_err(|fault| DiscoverError::Failed { kind: name.clone(), fault })?;
        Ok(given.into_iter().filter_map(|(address, given)| doubt(address, given, &seen)).collect())
    });
    Ok(try_join_all(look_ups).await?.into_iter().flatten().collect())
}

fn id(given: &Given) -> String {
    text(&given.outputs["id"])
}

fn doubt(address: &Address, given: &Given, seen: &BTreeMap<String, Value>) -> Option<Problem> {
    let (what, id) = (address.kind().words(), id(given));
    let problem = |message: String, help: String| Some(Problem::new(given.source.clone(), message).help(help));
    let Some(outputs) = seen.get(&id) else {
        let help = format!("use the id of a {what} that exists in this account and region");
        return problem(format!("there is no {what} `{id}`"), help);
    };
    let expected = given.outputs.as_object().into_iter().flatten();
    let (name, expected) = expected.into_iter().find(|(name, expected)| outputs.get(*name) != Some(*expected))?;
    let found = outputs.get(name).unwrap_or(&Value::Null);
    let message = format!("the {what} `{id}` has the {name} `{}`, not `{}`", text(found), text(expected));
    problem(message, format!("use the id of a {what} that fits"))
}

/// A value as a person writes it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
