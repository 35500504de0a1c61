//! Values, for whoever asks for them by name. Nothing but a command of the user's reads any.

use std::collections::BTreeMap;

use deploy_aws::secretsmanager::Client;
use deploy_aws::secretsmanager::types::{ApiErrorType, SecretValueEntry};
use deploy_aws::{absent, fault};
use deploy_kinds::secrets::VersionName;
use deploy_plugin::model::{Fault, FaultKind};
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::Secret;
use crate::store::Reading;

/// Secrets in one BatchGetSecretValue.
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>
const NAMES_A_CALL: usize = 20;
/// Calls at the same time.
const AT_ONCE: usize = 8;

/// The current values of those of `names` that exist, by what they were asked by: the name, or the ARN.
pub(crate) async fn values(client: &Client, names: &[String]) -> Result<BTreeMap<String, Reading>, Fault> {
    let calls = stream::iter(names.chunks(NAMES_A_CALL).map(<[String]>::to_vec)).map(|names| get(client, names));
    let found: Vec<Vec<SecretValueEntry>> = calls.buffer_unordered(AT_ONCE).try_collect().await?;
    let asked = |entry: &SecretValueEntry| {
        let is_it = |id: &&String| entry.name() == Some(id.as_str()) || entry.arn() == Some(id.as_str());
        names.iter().find(is_it).cloned()
    };
    let value = |entry: SecretValueEntry| Some((asked(&entry)?, reading(entry.version_id?, entry.secret_string?)));
    Ok(found.into_iter().flatten().filter_map(value).collect())
}

/// One version of a value; nothing where there is no such version.
pub(crate) async fn value_at(client: &Client, name: &str, version: &VersionName) -> Result<Option<Reading>, Fault> {
    let VersionName::Id(id) = version else { return Ok(None) };
    let request = client.get_secret_value().secret_id(name).version_id(id);
    let reply = absent(request.send().await.map_err(fault("GetSecretValue")))?;
    Ok(reply.and_then(|reply| Some(reading(reply.version_id?, reply.secret_string?))))
}

async fn get(client: &Client, names: Vec<String>) -> Result<Vec<SecretValueEntry>, Fault> {
    let request = client.batch_get_secret_value().set_secret_id_list(Some(names));
    let reply = request.send().await.map_err(fault("BatchGetSecretValue"))?;
    match reply.errors.unwrap_or_default().into_iter().find(|error| !is_absence(error)) {
        Some(error) => Err(refusal(&error)),
        None => Ok(reply.secret_values.unwrap_or_default()),
    }
}

/// It is not there, has no value, or waits for its deletion.
fn is_absence(error: &ApiErrorType) -> bool {
    matches!(error.error_code(), Some("ResourceNotFoundException" | "InvalidRequestException"))
}

fn refusal(error: &ApiErrorType) -> Fault {
    let code = error.error_code().unwrap_or_default();
    let kind = if code.contains("AccessDenied") { FaultKind::Denied } else { FaultKind::Invalid };
    let message = error.message().unwrap_or("Secrets Manager gave no reason");
    let fault = Fault::new(kind, format!("{}: {message}", error.secret_id().unwrap_or("a secret")));
    Fault { code: Some(code.to_owned()), operation: Some("BatchGetSecretValue".to_owned()), ..fault }
}

fn reading(id: String, value: String) -> Reading {
    Reading { version: VersionName::Id(id), value: Secret::new(value) }
}
