//! Tags: TagResource, UntagResource, ListTagsForResource, and the rules for tags that come with a create call.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#tag-restrictions>

use super::{arn, client, invalid};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tags of one resource.
const MAX_TAGS: usize = 50;

/// One tag, as ECS writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// Adds tags to a cluster, service, task or task definition.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    let added = checked(&request.tags)?;
    let tags = tags_of(call, &request.resource_arn)?;
    if tags.keys().chain(added.keys().filter(|key| !tags.contains_key(*key))).count() > MAX_TAGS {
        return Err(too_many());
    }
    tags.extend(added);
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    tags_of(call, &request.resource_arn)?.retain(|key, _| !request.tag_keys.contains(key));
    Ok(json!({}))
}

/// All tags of one resource.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let tags = tags_of(call, &request.resource_arn)?;
    Ok(json!({ "tags": shown(tags) }))
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<BTreeMap<String, String>, ApiError> {
    let mut checked = BTreeMap::new();
    if tags.len() > MAX_TAGS {
        return Err(too_many());
    }
    for tag in tags {
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Some tags contain invalid keys. Valid UTF-8 keys must not start with \"aws:\"."));
        }
        if !(1..=128).contains(&tag.key.chars().count()) || tag.value.chars().count() > 256 {
            return Err(invalid("Tag keys have 1 to 128 characters, tag values up to 256."));
        }
        if !tag.key.chars().chain(tag.value.chars()).all(is_allowed) {
            return Err(invalid("Tags consist of letters, digits, white space and _ . : / = + - @."));
        }
        if checked.insert(tag.key.clone(), tag.value.clone()).is_some() {
            return Err(invalid("Duplicate tag keys found. Tag keys must be unique."));
        }
    }
    Ok(checked)
}

/// Tags as replies show them.
pub(super) fn shown(tags: &BTreeMap<String, String>) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

fn too_many() -> ApiError {
    invalid("The number of tags on a resource is limited to 50.")
}

fn tags_of<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a mut BTreeMap<String, String>, ApiError> {
    let not_found = || invalid("The specified resource is not found.");
    let resource = reference
        .strip_prefix(&arn::of(call, ""))
        .ok_or_else(|| invalid(format!("Invalid resource ARN: {reference}")))?
        .to_owned();
    let state = &mut call.region().ecs;
    let parts: Vec<&str> = resource.split('/').collect();
    match parts[..] {
        ["cluster", name] => state.clusters.get_mut(name).map(|cluster| &mut cluster.tags),
        ["service", cluster, name] => {
            let service = state.clusters.get_mut(cluster).and_then(|cluster| cluster.services.get_mut(name));
            service.map(|service| &mut service.tags)
        }
        ["task", cluster, id] => {
            let tasks = state.clusters.get_mut(cluster).map(|cluster| &mut cluster.tasks);
            tasks.and_then(|tasks| tasks.iter_mut().find(|task| task.id == id)).map(|task| &mut task.tags)
        }
        ["task-definition", name] => {
            let (family, revision) = name.split_once(':').ok_or_else(not_found)?;
            let revisions = state.families.get_mut(family).ok_or_else(not_found)?;
            let found = revisions.iter_mut().find(|definition| definition.revision.to_string() == revision);
            found.map(|definition| &mut definition.tags)
        }
        _ => return Err(client(format!("Resources of this kind cannot be tagged here: {reference}"))),
    }
    .ok_or_else(not_found)
}
