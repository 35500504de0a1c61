//! EnableKey and DisableKey.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html> and
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html>

use super::key_id::changeable;
use super::model::KeyState;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request: which key.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OfKey {
    key_id: String,
}

/// From now on the key can be used.
pub(super) fn enable_key(call: &mut Call<'_>, request: &OfKey) -> Result<Value, ApiError> {
    changeable(call, &request.key_id)?.state = KeyState::Enabled;
    Ok(json!({}))
}

/// From now on it cannot.
pub(super) fn disable_key(call: &mut Call<'_>, request: &OfKey) -> Result<Value, ApiError> {
    changeable(call, &request.key_id)?.state = KeyState::Disabled;
    Ok(json!({}))
}
