//! AWS Key Management Service, as far as it decides which keys there are and whether they can be used. Nothing is
//! encrypted here, and key policies are kept but not carried out: the default one leaves everything to IAM.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>

mod alias;
mod create;
mod deletion;
mod describe;
mod key_id;
mod list;
mod managed;
mod model;
mod policy;
mod state;
mod tags;
mod usage;

pub use key_id::find;
pub use model::{Alias, Key, KeyManager, KeyState, State};
pub use usage::{encrypting_key, in_words, usable};

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one operation of the target `TrentService`.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateKey" => create::create_key(call, read(body)?),
        "DescribeKey" => describe::describe_key(call, &read(body)?),
        "ListKeys" => list::list_keys(call, &read(body)?),
        "EnableKey" => state::enable_key(call, &read(body)?),
        "DisableKey" => state::disable_key(call, &read(body)?),
        "ScheduleKeyDeletion" => deletion::schedule_key_deletion(call, &read(body)?),
        "CancelKeyDeletion" => deletion::cancel_key_deletion(call, &read(body)?),
        "CreateAlias" => alias::create_alias(call, read(body)?),
        "UpdateAlias" => alias::update_alias(call, &read(body)?),
        "DeleteAlias" => alias::delete_alias(call, &read(body)?),
        "ListAliases" => list::list_aliases(call, &read(body)?),
        "GetKeyPolicy" => policy::get_key_policy(call, &read(body)?),
        "PutKeyPolicy" => policy::put_key_policy(call, read(body)?),
        "TagResource" => tags::tag_resource(call, &read(body)?),
        "UntagResource" => tags::untag_resource(call, &read(body)?),
        "ListResourceTags" => tags::list_resource_tags(call, &read(body)?),
        _ => Err(ApiError::client("UnknownOperationException", format!("TrentService.{operation} is not known here."))),
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "ValidationException")
}

/// The error for a request that is well formed and still not valid.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::client("ValidationException", message)
}
