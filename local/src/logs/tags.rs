//! TagResource, UntagResource and ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>. The ARN of a
//! log group is the one without `:*` at its end.

use super::model::LogGroup;
use super::{at_most, group_arn, invalid};
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
