//! CreateSecret.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>

use super::model::{CURRENT, Secret, SecretValue};
use super::stages::add_version;
use super::tags::{self, Tag};
use super::{bounds, invalid_request, secret_id, update, value};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Secrets in one account and region.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const MAX_SECRETS: usize = 500_000;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateSecret {
    name: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Creates a secret, with its first version if there is a value.
pub(super) fn create_secret(call: &mut Call<'_>, request: CreateSecret) -> Result<Value, ApiError> {
    secret_id::check_name(&request.name)?;
    bounds::check_description(request.description.as_ref())?;
    bounds::check_key_id(request.kms_key_id.as_ref())?;
    let tags = tags::checked(&request.tags)?;
    let first = match value::given(request.secret_string, request.secret_binary)? {
        Some(value) => Some((value::token(request.client_request_token)?, value)),
        None => value::check_unused_token(request.client_request_token.as_ref()).map(|()| None)?,
    };
    let now = call.now;
    let state = &mut call.region().secretsmanager;
    state.forget(now);
    if let Some(secret) = state.secrets.get(&request.name) {
        return existing(secret, first.as_ref());
    }
    if state.secrets.len() >= MAX_SECRETS {
        return Err(ApiError::client(
            "LimitExceededException",
            "You have reached the quota for secrets in this region.",
        ));
    }
    let mut secret = Secret {
        arn: secret_id::new_arn(call, &request.name),
        name: request.name,
        description: request.description.filter(|text| !text.is_empty()),
        key_id: update::key(request.kms_key_id),
        created_at: now,
        changed_at: now,
        accessed_at: None,
        deletion: None,
        tags,
        versions: Vec::new(),
    };
    let mut reply = json!({ "ARN": secret.arn, "Name": secret.name });
    if let Some((token, value)) = first {
        reply["VersionId"] = json!(token);
        add_version(&mut secret, token, value, &[CURRENT.to_owned()], now)?;
    }
    call.region().secretsmanager.secrets.insert(secret.name.clone(), secret);
    Ok(reply)
}

/// The same request again is answered as it was the first time; another one is refused.
fn existing(secret: &Secret, asked: Option<&(String, SecretValue)>) -> Result<Value, ApiError> {
    if secret.deletion.is_some() {
        return Err(invalid_request(
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        ));
    }
    let made = asked.and_then(|(token, value)| Some((secret.version(token)?, value)));
    match made {
        Some((version, value)) if version.value == *value => {
            Ok(json!({ "ARN": secret.arn, "Name": secret.name, "VersionId": version.id }))
        }
        Some((version, _)) => Err(update::token_in_use(secret, &version.id)),
        None => Err(ApiError::client(
            "ResourceExistsException",
            format!("The operation failed because the secret {} already exists.", secret.name),
        )),
    }
}
