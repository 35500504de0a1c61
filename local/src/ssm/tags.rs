//! Tags of parameters: AddTagsToResource, RemoveTagsFromResource, ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html>

use super::invalid;
use super::parameter::Parameter;
use crate::call::Call;
use crate::error::ApiError;
use crate::tagging::{self, Refusal, Tags};
use serde::Deserialize;
use serde_json::{Value, json};

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
    let added = checked(&request.tags)?;
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    tagging::add(&mut parameter.tags, added).map_err(refused)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn remove_tags_from_resource(
    call: &mut Call<'_>,
    request: &RemoveTagsFromResource,
) -> Result<Value, ApiError> {
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    tagging::remove(&mut parameter.tags, &request.tag_keys);
    Ok(json!({}))
}

/// All tags of one parameter.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let parameter = parameter(call, &request.resource_type, &request.resource_id)?;
    let tags: Vec<Value> = parameter.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "TagList": tags }))
}

/// The tags of a request, checked.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html>
pub(super) fn checked(tags: &[Tag]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))).map_err(refused)
}

fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::TooMany => ApiError::client("TooManyTagsError", "The Targets parameter includes too many tags."),
        Refusal::Twice(key) => invalid(format!("Duplicate tag key: {key}")),
        Refusal::Reserved => invalid("aws: prefixed tag key names are not allowed for external use."),
        other => invalid(other.words()),
    }
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
