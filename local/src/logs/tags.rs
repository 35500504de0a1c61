//! TagResource, UntagResource and ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>. The ARN of a
//! log group is the one without `:*` at its end.

use super::model::LogGroup;
use super::{group_arn, invalid};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tags of one group.
const MAX_TAGS: usize = 50;

/// The request to add tags or change their values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TagResource {
    resource_arn: String,
    tags: BTreeMap<String, String>,
}

/// The request to remove tags.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// The request to list tags.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListTagsForResource {
    resource_arn: String,
}

/// Adds tags, or changes their values.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    check(&request.tags)?;
    let group = group(call, &request.resource_arn)?;
    let mut tags = group.tags.clone();
    tags.extend(request.tags.clone());
    if tags.len() > MAX_TAGS {
        return Err(ApiError::client("TooManyTagsException", "A resource can have no more than 50 tags."));
    }
    group.tags = tags;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    group(call, &request.resource_arn)?.tags.retain(|key, _| !request.tag_keys.contains(key));
    Ok(json!({}))
}

/// All tags of one group.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    Ok(json!({ "tags": group(call, &request.resource_arn)?.tags }))
}

/// Checks keys and values.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > MAX_TAGS {
        return Err(invalid("1 validation error detected: 'tags' may have 50 entries at most."));
    }
    for (key, value) in tags {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys must not begin with aws:."));
        }
        if !(1..=128).contains(&key.chars().count()) || value.chars().count() > 256 {
            return Err(invalid("Tag keys have 1 to 128 characters, tag values up to 256."));
        }
        if !key.chars().chain(value.chars()).all(is_allowed) {
            return Err(invalid("Tags consist of letters, digits, white space and _ . : / = + - @."));
        }
    }
    Ok(())
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
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
