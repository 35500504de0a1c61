//! PutSecretValue: a new version of a secret.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html>

use super::bounds::{check_length, check_stage};
use super::model::{CURRENT, Secret, Version};
use super::stages::add_version;
use super::{invalid_request, secret_id, update, value};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Labels in one request.
const STAGES: RangeInclusive<usize> = 1..=20;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutSecretValue {
    secret_id: String,
    client_request_token: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    version_stages: Option<Vec<String>>,
}

/// Adds a version, unless the same request did so before.
pub(super) fn put_secret_value(call: &mut Call<'_>, request: PutSecretValue) -> Result<Value, ApiError> {
    let stages = checked(request.version_stages)?;
    let value = value::given(request.secret_string, request.secret_binary)?
        .ok_or_else(|| invalid_request("You must provide either SecretString or SecretBinary."))?;
    let token = value::token(request.client_request_token)?;
    let now = call.now;
    let secret = secret_id::active(call, &request.secret_id)?;
    match secret.version(&token) {
        Some(version) if version.value == value => return Ok(shown(secret, version)),
        Some(_) => return Err(update::token_in_use(secret, &token)),
        None => add_version(secret, token, value, &stages, now)?,
    }
    let newest = secret.versions.last().expect("a version was added");
    Ok(shown(secret, newest))
}

fn checked(stages: Option<Vec<String>>) -> Result<Vec<String>, ApiError> {
    let Some(stages) = stages else { return Ok(vec![CURRENT.to_owned()]) };
    check_length("versionStages", stages.len(), &STAGES)?;
    stages.iter().try_for_each(|stage| check_stage(Some(stage)))?;
    Ok(stages)
}

fn shown(secret: &Secret, version: &Version) -> Value {
    json!({ "ARN": secret.arn, "Name": secret.name, "VersionId": version.id, "VersionStages": version.stages })
}
