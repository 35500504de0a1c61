//! DescribeKey.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html>

use super::key_id::find;
use super::managed;
use super::model::{Key, KeyState};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeKey {
    key_id: String,
}

/// What there is to say about a key. "If you specify a predefined AWS alias, KMS associates the alias with an AWS managed
/// key".
pub(super) fn describe_key(call: &mut Call<'_>, request: &DescribeKey) -> Result<Value, ApiError> {
    managed::ensure(call, &request.key_id);
    let key = find(call, &request.key_id)?.clone();
    Ok(json!({ "KeyMetadata": shown(call, &key) }))
}

/// The reply shape `KeyMetadata`.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>
pub(super) fn shown(call: &Call<'_>, key: &Key) -> Value {
    let mut shown = json!({
        "AWSAccountId": call.account_id,
        "KeyId": key.id,
        "Arn": key.arn,
        "CreationDate": key.created_at.seconds(),
        "Enabled": key.state == KeyState::Enabled,
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": name(key.state),
        "Origin": "AWS_KMS",
        "KeyManager": key.manager,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
        "CurrentKeyMaterialId": key.material_id,
    });
    if let KeyState::PendingDeletion { due_at } = key.state {
        shown["DeletionDate"] = json!(due_at.seconds());
    }
    shown
}

/// The name of a state.
pub(super) fn name(state: KeyState) -> &'static str {
    match state {
        KeyState::Enabled => "Enabled",
        KeyState::Disabled => "Disabled",
        KeyState::PendingDeletion { .. } => "PendingDeletion",
    }
}
