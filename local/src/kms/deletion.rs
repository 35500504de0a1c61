//! ScheduleKeyDeletion and CancelKeyDeletion.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html> and, for the states,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use super::describe::name;
use super::key_id::{changeable, of_customer};
use super::model::KeyState;
use crate::call::Call;
use crate::constraint::check_number;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Days until a key goes.
const WINDOW: RangeInclusive<i64> = 7..=30;
/// Days until a key goes for which nobody asked for another number.
const DEFAULT_WINDOW: i64 = 30;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The request to delete a key.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ScheduleKeyDeletion {
    key_id: String,
    pending_window_in_days: Option<i64>,
}

/// The request not to delete it after all.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CancelKeyDeletion {
    key_id: String,
}

/// From now on the key cannot be used, and at the end of the window it is gone.
pub(super) fn schedule_key_deletion(call: &mut Call<'_>, request: &ScheduleKeyDeletion) -> Result<Value, ApiError> {
    let days = request.pending_window_in_days.unwrap_or(DEFAULT_WINDOW);
    check_number("pendingWindowInDays", days, &WINDOW)?;
    let due_at = call.now.plus(days.unsigned_abs() * DAY_MS);
    let key = changeable(call, &request.key_id)?;
    key.state = KeyState::PendingDeletion { due_at };
    Ok(json!({
        "KeyId": key.arn,
        "DeletionDate": due_at.seconds(),
        "KeyState": name(key.state),
        "PendingWindowInDays": days,
    }))
}

/// The key stays, and is disabled.
pub(super) fn cancel_key_deletion(call: &mut Call<'_>, request: &CancelKeyDeletion) -> Result<Value, ApiError> {
    let key = of_customer(call, &request.key_id)?;
    match key.state {
        KeyState::PendingDeletion { .. } => {
            key.state = KeyState::Disabled;
            Ok(json!({ "KeyId": key.arn }))
        }
        KeyState::Enabled | KeyState::Disabled => {
            Err(ApiError::client("KMSInvalidStateException", format!("{} is not pending deletion.", key.arn)))
        }
    }
}
