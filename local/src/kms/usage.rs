//! How other services use keys: whether one is there and can be used, and in whose words they say that it cannot.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/services-secrets-manager.html> and, for the states,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use super::key_id::{find, pending};
use super::managed;
use super::model::{Key, KeyState};
use crate::call::Call;
use crate::error::ApiError;

/// The id of the key that encrypts under this name: an id, an ARN, an alias or the ARN of an alias. What is encrypted
/// remembers the key, not the name.
///
/// # Errors
/// What KMS answers: `NotFoundException`, `DisabledException` or `KMSInvalidStateException`.
pub fn encrypting_key(call: &mut Call<'_>, reference: &str) -> Result<String, ApiError> {
    managed::ensure(call, reference);
    let key = find(call, reference)?;
    check(key).map(|()| key.id.clone())
}

/// Whether what a key encrypted can be decrypted.
///
/// # Errors
/// What KMS answers.
pub fn usable(call: &mut Call<'_>, id: &str) -> Result<(), ApiError> {
    check(find(call, id)?)
}

/// What KMS answered, as the services repeat it to their callers.
///
/// Source: the messages in <https://github.com/segmentio/chamber/issues/355> and
/// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/troubleshooting-root-user-access-keys.html>
pub fn in_words(call: &mut Call<'_>, error: &ApiError) -> String {
    let ApiError { status, code, message, .. } = error;
    let request_id = call.ids.uuid();
    format!(
        "{message} (Service: AWSKMS; Status Code: {status}; Error Code: {code}; Request ID: {request_id}; Proxy: null)"
    )
}

fn check(key: &Key) -> Result<(), ApiError> {
    match key.state {
        KeyState::Enabled => Ok(()),
        KeyState::Disabled => Err(ApiError::client("DisabledException", format!("{} is disabled.", key.arn))),
        KeyState::PendingDeletion { .. } => Err(pending(key)),
    }
}
