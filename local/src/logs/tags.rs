//! TagResource, UntagResource and ListTagsForResource; TagLogGroup, UntagLogGroup and ListTagsLogGroup, which came
//! before them, "on the path to deprecation", and name a group instead of its ARN.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>. The ARN of a
//! log group is the one without `:*` at its end.
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html>

use super::model::LogGroup;
use super::{at_most, group_arn, invalid, no_group};
use crate::call::Call;
use crate::error::ApiError;
use crate::tagging::{self, ListTagsForResource, Refusal, Tags, UntagResource};
use serde::Deserialize;
use serde_json::{Value, json};

/// Keys in one request to remove them.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
const MAX_KEYS: usize = 50;

/// The request to add tags or change their values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TagResource {
    resource_arn: String,
    tags: Tags,
}

/// The request to add tags or change their values, by the name of a group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TagLogGroup {
    log_group_name: String,
    tags: Tags,
}

/// The request to remove tags, by the name of a group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UntagLogGroup {
    log_group_name: String,
    tags: Vec<String>,
}

/// The request to list tags, by the name of a group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListTagsLogGroup {
    log_group_name: String,
}

/// Adds tags, or changes their values.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    check(&request.tags)?;
    let too_many = |refusal: Refusal| ApiError::client("TooManyTagsException", refusal.words());
    tagging::add(&mut group(call, &request.resource_arn)?.tags, request.tags.clone()).map_err(too_many)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    at_most(MAX_KEYS, request.tag_keys.len(), "tagKeys")?;
    tagging::remove(&mut group(call, &request.resource_arn)?.tags, &request.tag_keys);
    Ok(json!({}))
}

/// All tags of one group.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    Ok(json!({ "tags": group(call, &request.resource_arn)?.tags }))
}

/// Adds tags, or changes their values. It lists no TooManyTagsException among its errors.
pub(super) fn tag_log_group(call: &mut Call<'_>, request: &TagLogGroup) -> Result<Value, ApiError> {
    not_empty(request.tags.len())?;
    check(&request.tags)?;
    let too_many = |refusal: Refusal| invalid(refusal.words());
    tagging::add(&mut named(call, &request.log_group_name)?.tags, request.tags.clone()).map_err(too_many)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_log_group(call: &mut Call<'_>, request: &UntagLogGroup) -> Result<Value, ApiError> {
    not_empty(request.tags.len())?;
    tagging::remove(&mut named(call, &request.log_group_name)?.tags, &request.tags);
    Ok(json!({}))
}

/// All tags of one group.
pub(super) fn list_tags_log_group(call: &mut Call<'_>, request: &ListTagsLogGroup) -> Result<Value, ApiError> {
    Ok(json!({ "tags": named(call, &request.log_group_name)?.tags }))
}

/// "Array Members: Minimum number of 1 item."
fn not_empty(count: usize) -> Result<(), ApiError> {
    match count {
        0 => Err(invalid(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length greater \
             than or equal to 1",
        )),
        _ => Ok(()),
    }
}

fn named<'a>(call: &'a mut Call<'_>, name: &str) -> Result<&'a mut LogGroup, ApiError> {
    call.region().logs.groups.get_mut(name).ok_or_else(no_group)
}

/// Checks keys and values.
pub(super) fn check(tags: &Tags) -> Result<(), ApiError> {
    let pairs = tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    tagging::checked(pairs).map(drop).map_err(|refusal| match refusal {
        Refusal::TooMany => invalid("1 validation error detected: 'tags' may have 50 entries at most."),
        other => invalid(other.words()),
    })
}

fn group<'a>(call: &'a mut Call<'_>, arn: &str) -> Result<&'a mut LogGroup, ApiError> {
    let prefix = group_arn(&call.region, &call.account_id, "");
    let name = arn
        .strip_prefix(&prefix)
        .filter(|name| !name.ends_with(":*"))
        .ok_or_else(|| invalid(format!("Invalid resource ARN: {arn}")))?
        .to_owned();
    let missing = || ApiError::client("ResourceNotFoundException", "The specified resource does not exist.");
    call.region().logs.groups.get_mut(&name).ok_or_else(missing)
}
