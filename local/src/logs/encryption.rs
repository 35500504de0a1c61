//! AssociateKmsKey and DisassociateKmsKey.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html>. Whether
//! the key is there is not asked: whatever has the form of a key's ARN is a key.

use super::{invalid, no_group};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request to encrypt events to come with a key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AssociateKmsKey {
    log_group_name: String,
    kms_key_id: String,
}

/// The request to encrypt them with it no longer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DisassociateKmsKey {
    log_group_name: String,
}

/// Encrypts events to come with a key.
pub(super) fn associate_kms_key(call: &mut Call<'_>, request: AssociateKmsKey) -> Result<Value, ApiError> {
    check_key(&request.kms_key_id)?;
    set(call, &request.log_group_name, Some(request.kms_key_id))
}

/// Checks that this can be the ARN of a key, of up to 256 characters.
pub(super) fn check_key(arn: &str) -> Result<(), ApiError> {
    match arn.starts_with("arn:") && arn.contains(":key/") && arn.len() <= 256 {
        true => Ok(()),
        false => Err(invalid("The specified KMS key does not exist or is not allowed to be used.")),
    }
}

/// Encrypts them with a key of AWS's own again.
pub(super) fn disassociate_kms_key(call: &mut Call<'_>, request: &DisassociateKmsKey) -> Result<Value, ApiError> {
    set(call, &request.log_group_name, None)
}

fn set(call: &mut Call<'_>, name: &str, key: Option<String>) -> Result<Value, ApiError> {
    call.region().logs.groups.get_mut(name).ok_or_else(no_group)?.kms_key_id = key;
    Ok(json!({}))
}
