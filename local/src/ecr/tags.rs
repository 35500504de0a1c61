//! TagResource, UntagResource and ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html>

use super::invalid;
use super::model::{Repository, arn, not_found};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tags of one repository.
const MAX_TAGS: usize = 50;

/// One tag, as ECR writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// The request to add tags or change their values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TagResource {
    resource_arn: String,
    tags: Vec<Tag>,
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
    let added = checked(&request.tags)?;
    let repository = tagged(call, &request.resource_arn)?;
    let mut tags = repository.tags.clone();
    tags.extend(added);
    if tags.len() > MAX_TAGS {
        return Err(too_many());
    }
    repository.tags = tags;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    tagged(call, &request.resource_arn)?.tags.retain(|key, _| !request.tag_keys.contains(key));
    Ok(json!({}))
}

/// All tags of one repository.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let tags = &tagged(call, &request.resource_arn)?.tags;
    let shown: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "tags": shown }))
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<BTreeMap<String, String>, ApiError> {
    let wrong = |message: &str| ApiError::client("InvalidTagParameterException", message);
    let mut checked = BTreeMap::new();
    if tags.len() > MAX_TAGS {
        return Err(too_many());
    }
    for tag in tags {
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(wrong("Tag keys must not begin with aws:."));
        }
        if !(1..=128).contains(&tag.key.chars().count()) || tag.value.chars().count() > 256 {
            return Err(wrong("Tag keys have 1 to 128 characters, tag values up to 256."));
        }
        if !tag.key.chars().chain(tag.value.chars()).all(is_allowed) {
            return Err(wrong("Tags consist of letters, digits, white space and _ . : / = + - @."));
        }
        if checked.insert(tag.key.clone(), tag.value.clone()).is_some() {
            return Err(wrong("Tag keys must be unique."));
        }
    }
    Ok(checked)
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

fn too_many() -> ApiError {
    ApiError::client("TooManyTagsException", "A repository can have no more than 50 tags.")
}

fn tagged<'a>(call: &'a mut Call<'_>, resource: &str) -> Result<&'a mut Repository, ApiError> {
    let name = resource
        .strip_prefix(&arn(call, ""))
        .ok_or_else(|| invalid(format!("Invalid parameter at 'resourceArn': {resource}")))?
        .to_owned();
    let missing = not_found(call, &name);
    call.region().ecr.repositories.get_mut(&name).ok_or(missing)
}
