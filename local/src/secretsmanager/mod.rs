//! AWS Secrets Manager: secrets, their versions and the labels on them. Rotation, replication and policies of secrets
//! are not here.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html>

mod batch;
mod bounds;
mod create;
mod delete;
mod describe;
mod filter;
mod get;
mod list;
mod model;
mod put;
mod secret_id;
mod stages;
mod tags;
mod update;
mod value;
mod versions;

pub use get::{Wanted, read};
pub use model::{Deletion, Secret, SecretValue, State, Version};
pub use secret_id::find;

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use crate::time::Time;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one operation of the target `secretsmanager`.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateSecret" => create::create_secret(call, parsed(body)?),
        "DescribeSecret" => describe::describe_secret(call, &parsed(body)?),
        "GetSecretValue" => get::get_secret_value(call, &parsed(body)?),
        "BatchGetSecretValue" => batch::batch_get_secret_value(call, &parsed(body)?),
        "PutSecretValue" => put::put_secret_value(call, parsed(body)?),
        "UpdateSecret" => update::update_secret(call, parsed(body)?),
        "UpdateSecretVersionStage" => stages::update_secret_version_stage(call, &parsed(body)?),
        "DeleteSecret" => delete::delete_secret(call, &parsed(body)?),
        "RestoreSecret" => delete::restore_secret(call, &parsed(body)?),
        "ListSecrets" => list::list_secrets(call, &parsed(body)?),
        "ListSecretVersionIds" => versions::list_secret_version_ids(call, &parsed(body)?),
        "TagResource" => tags::tag_resource(call, &parsed(body)?),
        "UntagResource" => tags::untag_resource(call, &parsed(body)?),
        _ => {
            Err(ApiError::client("UnknownOperationException", format!("secretsmanager.{operation} is not known here.")))
        }
    }
}

fn parsed<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "ValidationException")
}

/// The error for a parameter that is not valid.
fn invalid_parameter(message: impl Into<String>) -> ApiError {
    ApiError::client("InvalidParameterException", message)
}

/// The error for a parameter that is not valid for what there is.
fn invalid_request(message: impl Into<String>) -> ApiError {
    ApiError::client("InvalidRequestException", message)
}

/// The day of a time: when a secret was read is known by the day only.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretVersionsListEntry.html>
fn day(time: Time) -> Time {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    Time(time.0 - time.0 % DAY_MS)
}
