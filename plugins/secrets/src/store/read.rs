//! Values, for whoever asks for them by name. Nothing but a command of the user's reads any.

use std::collections::BTreeMap;

use deploy_aws::ssm::types::Parameter;
use deploy_aws::{Clients, fault};
use deploy_plugin::model::Fault;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::Secret;

/// Names in one GetParameters.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
const NAMES_A_CALL: usize = 10;
/// Calls at the same time.
const AT_ONCE: usize = 8;

/// A value, and the number of the version that holds it.
#[derive(Debug)]
pub struct Reading {
    /// The version.
    pub version: i64,
    /// The value.
    pub value: Secret,
}

/// The current values of those of `names` that exist, by name.
///
/// # Errors
/// What AWS answers.
pub async fn values(clients: &Clients, names: &[String]) -> Result<BTreeMap<String, Reading>, Fault> {
    let calls = stream::iter(names.chunks(NAMES_A_CALL)).map(|names| get(clients, names));
    let found: Vec<Vec<Parameter>> = calls.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().filter_map(|found| Some((found.name.clone()?, reading(found)?))).collect())
}

/// One version of a value, or the current one; nothing where there is no such version.
///
/// # Errors
/// What AWS answers.
pub async fn value_at(clients: &Clients, name: &str, version: Option<i64>) -> Result<Option<Reading>, Fault> {
    let selected = version.map_or_else(|| name.to_owned(), |version| format!("{name}:{version}"));
    Ok(get(clients, &[selected]).await?.into_iter().next().and_then(reading))
}

async fn get(clients: &Clients, names: &[String]) -> Result<Vec<Parameter>, Fault> {
    let request = clients.ssm().reads.get_parameters().set_names(Some(names.to_vec())).with_decryption(true);
    let reply = request.send().await.map_err(fault("GetParameters"))?;
    Ok(reply.parameters.unwrap_or_default())
}

fn reading(parameter: Parameter) -> Option<Reading> {
    Some(Reading { version: parameter.version, value: Secret::new(parameter.value?) })
}
