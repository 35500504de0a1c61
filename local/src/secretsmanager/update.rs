//! UpdateSecret: what is said about a secret, its key, and a new version.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html>

use super::model::{CURRENT, DEFAULT_KEY, PENDING, PREVIOUS, Secret};
use super::stages::add_version;
use super::{bounds, secret_id, value};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateSecret {
    secret_id: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
}

/// Changes what the request names. A version that is there cannot be put again, not even with the same value.
pub(super) fn update_secret(call: &mut Call<'_>, request: UpdateSecret) -> Result<Value, ApiError> {
    bounds::check_description(request.description.as_ref())?;
    bounds::check_key_id(request.kms_key_id.as_ref())?;
    let next = match value::given(request.secret_string, request.secret_binary)? {
        Some(value) => Some((value::token(request.client_request_token)?, value)),
        None => value::check_unused_token(request.client_request_token.as_ref()).map(|()| None)?,
    };
    let now = call.now;
    let secret = secret_id::active(call, &request.secret_id)?;
    if let Some((token, _)) = next.as_ref().filter(|(token, _)| secret.version(token).is_some()) {
        return Err(token_in_use(secret, token));
    }
    if let Some(description) = request.description {
        secret.description = Some(description).filter(|text| !text.is_empty());
    }
    if let Some(asked) = request.kms_key_id {
        secret.key_id = key(Some(asked));
        encrypt_again(secret);
    }
    let mut reply = json!({ "ARN": secret.arn, "Name": secret.name });
    if let Some((token, value)) = next {
        reply["VersionId"] = json!(token);
        add_version(secret, token, value, &[CURRENT.to_owned()], now)?;
    }
    secret.changed_at = now;
    Ok(reply)
}

/// The key that was asked for; the key of AWS goes without saying.
pub(super) fn key(asked: Option<String>) -> Option<String> {
    asked.filter(|key| !key.is_empty() && key != DEFAULT_KEY)
}

/// The error for a token that made another version.
pub(super) fn token_in_use(secret: &Secret, token: &str) -> ApiError {
    let arn = &secret.arn;
    ApiError::client(
        "ResourceExistsException",
        format!(
            "You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
        ),
    )
}

/// A new key takes over the versions "with the staging labels AWSCURRENT, AWSPENDING, or AWSPREVIOUS".
fn encrypt_again(secret: &mut Secret) {
    for version in &mut secret.versions {
        if [CURRENT, PENDING, PREVIOUS].iter().any(|stage| version.stages.contains(*stage)) {
            version.key_id.clone_from(&secret.key_id);
        }
    }
}
