//! PutRetentionPolicy and DeleteRetentionPolicy.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>

use super::{invalid, no_group};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The numbers of days that there are.
const ALLOWED_DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// The request to set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutRetentionPolicy {
    log_group_name: String,
    retention_in_days: u32,
}

/// The request to keep events for ever.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeleteRetentionPolicy {
    log_group_name: String,
}

/// Sets how long events are kept.
pub(super) fn put_retention_policy(call: &mut Call<'_>, request: &PutRetentionPolicy) -> Result<Value, ApiError> {
    let days = request.retention_in_days;
    if !ALLOWED_DAYS.contains(&days) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member \
             must satisfy enum value set: {ALLOWED_DAYS:?}"
        )));
    }
    set(call, &request.log_group_name, Some(days))
}

/// Keeps events for ever.
pub(super) fn delete_retention_policy(call: &mut Call<'_>, request: &DeleteRetentionPolicy) -> Result<Value, ApiError> {
    set(call, &request.log_group_name, None)
}

fn set(call: &mut Call<'_>, name: &str, days: Option<u32>) -> Result<Value, ApiError> {
    call.region().logs.groups.get_mut(name).ok_or_else(no_group)?.retention_in_days = days;
    Ok(json!({}))
}
