//! Amazon CloudWatch Logs: groups, their retention, key and tags, and streams of events.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html>

mod encryption;
mod event;
mod group;
mod model;
mod retention;
mod stream;
mod tags;

pub use model::{LogEvent, LogGroup, LogStream, State, group_arn};

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one operation of the target `Logs_20140328`.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateLogGroup" => group::create_log_group(call, read(body)?),
        "DescribeLogGroups" => group::describe_log_groups(call, &read(body)?),
        "DeleteLogGroup" => group::delete_log_group(call, &read(body)?),
        "PutRetentionPolicy" => retention::put_retention_policy(call, &read(body)?),
        "DeleteRetentionPolicy" => retention::delete_retention_policy(call, &read(body)?),
        "AssociateKmsKey" => encryption::associate_kms_key(call, read(body)?),
        "DisassociateKmsKey" => encryption::disassociate_kms_key(call, &read(body)?),
        "TagResource" => tags::tag_resource(call, &read(body)?),
        "UntagResource" => tags::untag_resource(call, &read(body)?),
        "ListTagsForResource" => tags::list_tags_for_resource(call, &read(body)?),
        "TagLogGroup" => tags::tag_log_group(call, &read(body)?),
        "UntagLogGroup" => tags::untag_log_group(call, &read(body)?),
        "ListTagsLogGroup" => tags::list_tags_log_group(call, &read(body)?),
        "CreateLogStream" => stream::create_log_stream(call, &read(body)?),
        "DescribeLogStreams" => stream::describe_log_streams(call, &read(body)?),
        "PutLogEvents" => event::put_log_events(call, read(body)?),
        "GetLogEvents" => event::get_log_events(call, &read(body)?),
        "FilterLogEvents" => event::filter_log_events(call, &read(body)?),
        _ => {
            Err(ApiError::client("UnknownOperationException", format!("Logs_20140328.{operation} is not known here.")))
        }
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "InvalidParameterException")
}

/// The error for a parameter that is not valid.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::client("InvalidParameterException", message)
}

/// The error for a group that is not there.
fn no_group() -> ApiError {
    ApiError::client("ResourceNotFoundException", "The specified log group does not exist.")
}

/// The error for a stream that is not there.
fn no_stream() -> ApiError {
    ApiError::client("ResourceNotFoundException", "The specified log stream does not exist.")
}

/// Checks the length of a text or a list.
fn at_most(max: usize, size: usize, member: &str) -> Result<(), ApiError> {
    match size <= max {
        true => Ok(()),
        false => Err(invalid(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length \
             less than or equal to {max}"
        ))),
    }
}

/// Characters of the name of a group or a stream, and of a prefix of one.
const MAX_NAME: usize = 512;

/// Checks the length of a prefix.
fn check_prefix(prefix: Option<&String>, member: &str) -> Result<(), ApiError> {
    at_most(MAX_NAME, prefix.map_or(0, |prefix| prefix.chars().count()), member)
}

/// The page size, which must lie between 1 and `max`.
fn limit(asked: Option<usize>, default: usize, max: usize) -> Result<usize, ApiError> {
    let limit = asked.unwrap_or(default);
    match (1..=max).contains(&limit) {
        true => Ok(limit),
        false => Err(invalid(format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have \
             value between 1 and {max}"
        ))),
    }
}
