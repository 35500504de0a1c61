//! The keys that encrypt versions.
//!
//! Sources: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html> and, for the words,
//! <https://github.com/hashicorp/terraform-provider-aws/pull/13303> and
//! <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/troubleshooting-root-user-access-keys.html>

use super::invalid_parameter;
use super::model::{DEFAULT_KEY, Version};
use crate::call::Call;
use crate::error::ApiError;
use crate::kms;

/// The key that was asked for; the key of AWS goes without saying.
pub(super) fn asked(key_id: Option<String>) -> Option<String> {
    key_id.filter(|key| !key.is_empty() && key != DEFAULT_KEY)
}

/// The id of the key that is to encrypt.
pub(super) fn encrypting(call: &mut Call<'_>, key_id: Option<&str>) -> Result<String, ApiError> {
    let error = match kms::encrypting_key(call, key_id.unwrap_or(DEFAULT_KEY)) {
        Ok(id) => return Ok(id),
        Err(error) => error,
    };
    match error.code.as_str() {
        "DisabledException" | "KMSInvalidStateException" => {
            let words = kms::in_words(call, &error);
            let message = format!("Secrets Manager can't encrypt the secret value: {words}");
            Err(ApiError::client("EncryptionFailure", message))
        }
        _ => {
            let message = format!("The operation failed because of an invalid KMS key: {}", error.message);
            Err(invalid_parameter(message))
        }
    }
}

/// Whether a version can be decrypted. One of a world of before there was KMS can.
pub(super) fn check_decryption(call: &mut Call<'_>, encrypted_with: Option<&str>) -> Result<(), ApiError> {
    let Some(key) = encrypted_with else { return Ok(()) };
    kms::usable(call, key).map_err(|error| {
        let words = kms::in_words(call, &error);
        ApiError::client("DecryptionFailure", format!("Secrets Manager can't decrypt the secret value: {words}"))
    })
}

/// Whether a new key takes over a version: those "with the staging labels AWSCURRENT, AWSPENDING, or AWSPREVIOUS".
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html>
pub(super) fn is_taken_over(version: &Version) -> bool {
    use super::model::{CURRENT, PENDING, PREVIOUS};
    [CURRENT, PENDING, PREVIOUS].iter().any(|stage| version.stages.contains(*stage))
}
