//! GetAuthorizationToken: the password for `docker login`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html>

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};

/// "The authorization token is valid for 12 hours."
const VALID_FOR_MS: u64 = 12 * 60 * 60 * 1000;

/// Registries in one request.
const MAX_REGISTRIES: usize = 10;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GetAuthorizationToken {
    #[serde(default)]
    registry_ids: Vec<String>,
}

/// One token for each registry; for that of the account if none is named. Nothing here accepts it.
pub(super) fn get_authorization_token(call: &mut Call<'_>, request: &GetAuthorizationToken) -> Result<Value, ApiError> {
    if request.registry_ids.len() > MAX_REGISTRIES {
        return Err(invalid(format!("Up to {MAX_REGISTRIES} registryIds.")));
    }
    let own = [call.account_id.clone()];
    let registries = if request.registry_ids.is_empty() { &own[..] } else { &request.registry_ids };
    let expires_at = call.now.plus(VALID_FOR_MS).seconds();
    let data: Vec<Value> = registries
        .iter()
        .map(|registry| {
            let token = base64::engine::general_purpose::STANDARD.encode(format!("AWS:{}", call.ids.hex(64)));
            let endpoint = format!("https://{registry}.dkr.ecr.{}.amazonaws.com", call.region);
            json!({ "authorizationToken": token, "expiresAt": expires_at, "proxyEndpoint": endpoint })
        })
        .collect();
    Ok(json!({ "authorizationData": data }))
}
