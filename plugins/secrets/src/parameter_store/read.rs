//! Values, for whoever asks for them by name. Nothing but a command of the user's reads any.

use std::collections::BTreeMap;

use deploy_aws::fault;
use deploy_aws::ssm::Client;
use deploy_aws::ssm::types::Parameter;
use deploy_kinds::secrets::VersionName;
use deploy_plugin::model::Fault;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::Secret;
use crate::store::Reading;

/// Names in one GetParameters.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
const NAMES_A_CALL: usize = 10;
/// Calls at the same time.
const AT_ONCE: usize = 8;

/// The current values of those of `names` that exist, by name.
pub(crate) async fn values(client: &Client, names: &[String]) -> Result<BTreeMap<String, Reading>, Fault> {
    let calls = stream::iter(names.chunks(NAMES_A_CALL).map(<[String]>::to_vec)).map(|names| get(client, names));
    let found: Vec<Vec<Parameter>> = calls.buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().filter_map(|found| Some((found.name.clone()?, reading(found)?))).collect())
}

/// One version of a value; nothing where there is no such version.
pub(crate) async fn value_at(client: &Client, name: &str, version: &VersionName) -> Result<Option<Reading>, Fault> {
    let VersionName::Number(number) = version else { return Ok(None) };
    Ok(get(client, vec![format!("{name}:{number}")]).await?.into_iter().next().and_then(reading))
}

async fn get(client: &Client, names: Vec<String>) -> Result<Vec<Parameter>, Fault> {
    let request = client.get_parameters().set_names(Some(names)).with_decryption(true);
    let reply = request.send().await.map_err(fault("GetParameters"))?;
    Ok(reply.parameters.unwrap_or_default())
}

fn reading(parameter: Parameter) -> Option<Reading> {
    Some(Reading { version: VersionName::Number(parameter.version), value: Secret::new(parameter.value?) })
}
