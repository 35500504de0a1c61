//! DeleteSecret and RestoreSecret.
//!
//! Sources: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html> and
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html>

use super::model::Deletion;
use super::{invalid_parameter, invalid_request, secret_id};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Days of a recovery window.
const WINDOW: RangeInclusive<i64> = 7..=30;
/// Days of a recovery window that nobody asked for.
const DEFAULT_WINDOW: i64 = 30;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The request to delete a secret.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteSecret {
    secret_id: String,
    recovery_window_in_days: Option<i64>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

/// The request not to delete it after all.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RestoreSecret {
    secret_id: String,
}

/// Deletes a secret at the end of its recovery window, or at once.
pub(super) fn delete_secret(call: &mut Call<'_>, request: &DeleteSecret) -> Result<Value, ApiError> {
    match (request.force_delete_without_recovery, request.recovery_window_in_days) {
        (true, Some(_)) => {
            Err(invalid_parameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."))
        }
        (true, None) => delete_at_once(call, &request.secret_id),
        (false, days) => schedule(call, &request.secret_id, days.unwrap_or(DEFAULT_WINDOW)),
    }
}

/// Brings back a secret that was to be deleted; one that was not stays as it is.
pub(super) fn restore_secret(call: &mut Call<'_>, request: &RestoreSecret) -> Result<Value, ApiError> {
    let now = call.now;
    let secret = secret_id::any(call, &request.secret_id)?;
    if secret.deletion.take().is_some() {
        secret.changed_at = now;
    }
    Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
}

fn schedule(call: &mut Call<'_>, id: &str, days: i64) -> Result<Value, ApiError> {
    if !WINDOW.contains(&days) {
        return Err(invalid_parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."));
    }
    let now = call.now;
    let secret = secret_id::any(call, id)?;
    if secret.deletion.is_some() {
        return Err(invalid_request(
            "You can't perform this operation on the secret because it was already scheduled for deletion.",
        ));
    }
    let due_at = now.plus(days.unsigned_abs() * DAY_MS);
    secret.deletion = Some(Deletion { requested_at: now, due_at });
    Ok(json!({ "ARN": secret.arn, "Name": secret.name, "DeletionDate": due_at.seconds() }))
}

/// "If you forcibly delete an already deleted or nonexistent secret, the operation does not return
/// `ResourceNotFoundException`."
fn delete_at_once(call: &mut Call<'_>, id: &str) -> Result<Value, ApiError> {
    let now = call.now.seconds();
    let found = match secret_id::any(call, id) {
        Ok(secret) => Some((secret.arn.clone(), secret.name.clone())),
        Err(error) if error.code == "ResourceNotFoundException" => None,
        Err(error) => return Err(error),
    };
    let (arn, name) = match found {
        Some(found) => found,
        None if id.starts_with("arn:") => (id.to_owned(), id.rsplit(':').next().unwrap_or(id).to_owned()),
        None => (secret_id::new_arn(call, id), id.to_owned()),
    };
    call.region().secretsmanager.secrets.remove(&name);
    Ok(json!({ "ARN": arn, "Name": name, "DeletionDate": now }))
}
