//! GetSecretValue.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>

use super::model::{CURRENT, Secret, SecretValue, Version};
use super::secret_id::{self, missing};
use super::{bounds, day, invalid_request};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request: which version of which secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Wanted {
    /// The name or the ARN of the secret.
    pub secret_id: String,
    /// The version; if neither this nor a label is given, the current one.
    pub version_id: Option<String>,
    /// The label of the version.
    pub version_stage: Option<String>,
}

/// The value of one version.
pub(super) fn get_secret_value(call: &mut Call<'_>, request: &Wanted) -> Result<Value, ApiError> {
    read(call, request, shown)
}

/// Reads a version, and notes the day.
///
/// # Errors
/// What AWS answers if there is nothing to read.
pub fn read<T>(call: &mut Call<'_>, wanted: &Wanted, show: impl FnOnce(&Secret, &Version) -> T) -> Result<T, ApiError> {
    bounds::check_version_id("versionId", wanted.version_id.as_ref())?;
    bounds::check_stage(wanted.version_stage.as_ref())?;
    let today = day(call.now);
    let secret = secret_id::active(call, &wanted.secret_id)?;
    let index = position(secret, wanted)?;
    secret.accessed_at = Some(today);
    secret.versions[index].accessed_at = Some(today);
    Ok(show(secret, &secret.versions[index]))
}

/// A version with its value.
pub(super) fn shown(secret: &Secret, version: &Version) -> Value {
    let mut reply = json!({
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.id,
        "CreatedDate": version.created_at.seconds(),
    });
    match &version.value {
        SecretValue::String(text) => reply["SecretString"] = json!(text),
        SecretValue::Binary(text) => reply["SecretBinary"] = json!(text),
    }
    if !version.stages.is_empty() {
        reply["VersionStages"] = json!(version.stages);
    }
    reply
}

fn position(secret: &Secret, wanted: &Wanted) -> Result<usize, ApiError> {
    let stage = wanted.version_stage.as_deref();
    let staged = |stage: &str| secret.versions.iter().position(|version| version.stages.contains(stage));
    let Some(id) = wanted.version_id.as_deref() else {
        let stage = stage.unwrap_or(CURRENT);
        let none =
            || missing(format!("Secrets Manager can't find the specified secret value for staging label: {stage}"));
        return staged(stage).ok_or_else(none);
    };
    let found = secret.versions.iter().position(|version| version.id == id);
    let found = found
        .ok_or_else(|| missing(format!("Secrets Manager can't find the specified secret value for VersionId: {id}")))?;
    match stage.is_none_or(|stage| staged(stage) == Some(found)) {
        true => Ok(found),
        false => Err(invalid_request("You provided a VersionStage that is not associated to the provided VersionId.")),
    }
}
