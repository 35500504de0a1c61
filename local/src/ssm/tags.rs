//! Tags of parameters: AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html>

use super::invalid;
use super::parameter::Parameter;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tags of one parameter.
const MAX_TAGS: usize = 50;

/// One tag, as Systems Manager writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

/// The request to add tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddTagsToResource {
    resource_type: String,
    resource_id: String,
    tags: Vec<Tag>,
}

/// The request to remove tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveTagsFromResource {
    resource_type: String,
    resource_id: String,
    tag_keys: Vec<String>,
}

/// The request to list tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsForResource {
    resource_type: String,
    resource_id: String,
}

/// Adds tags, or changes their values.
pub(super) fn add_tags_to_resource(call: &mut Call<'_>, request: &AddTagsToResource) -> Result<Value, ApiError> {
    check(&request.tags)?;
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    let mut tags = parameter.tags.clone();
    tags.extend(request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    if tags.len() > MAX_TAGS {
        return Err(too_many());
    }
    parameter.tags = tags;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn remove_tags_from_resource(
    call: &mut Call<'_>,
    request: &RemoveTagsFromResource,
) -> Result<Value, ApiError> {
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    parameter.tags.retain(|key, _| !request.tag_keys.contains(key));
    Ok(json!({}))
}

/// All tags of one parameter.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    let tags: Vec<Value> = parameter.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "TagList": tags }))
}

/// Checks tags against the rules for keys and values.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html>
pub(super) fn check(tags: &[Tag]) -> Result<(), ApiError> {
    if tags.len() > MAX_TAGS {
        return Err(too_many());
    }
    let mut keys = BTreeSet::new();
    for tag in tags {
        if !keys.insert(&tag.key) {
            return Err(invalid(format!("Duplicate tag key: {}", tag.key)));
        }
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("aws: prefixed tag key names are not allowed for external use."));
        }
        if !(1..=128).contains(&tag.key.chars().count()) || tag.value.chars().count() > 256 {
            return Err(invalid("Tag keys have 1 to 128 characters, tag values up to 256."));
        }
        if !tag.key.chars().chain(tag.value.chars()).all(is_allowed) {
            return Err(invalid("Tags consist of letters, digits, white space and _ . : / = + - @."));
        }
    }
    Ok(())
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

fn parameter<'a>(call: &'a mut Call<'_>, kind: &str, id: &str) -> Result<&'a mut Parameter, ApiError> {
    if kind != "Parameter" {
        return Err(ApiError::client(
            "InvalidResourceType",
            "The resource type isn't valid. The embedded AWS knows Parameter only.",
        ));
    }
    call.region().ssm.parameters.get_mut(id).ok_or_else(|| {
        ApiError::client(
            "InvalidResourceId",
            "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
        )
    })
}

fn too_many() -> ApiError {
    ApiError::client("TooManyTagsError", "The Targets parameter includes too many tags.")
}
