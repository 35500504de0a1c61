//! Tags: TagResource, UntagResource, ListTagsForResource, and the rules for tags that come with a create call.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#tag-restrictions>

use super::{arn, client, invalid};
use crate::call::Call;
use crate::error::ApiError;
use crate::tagging::{self, ListTagsForResource, Refusal, Tags, UntagResource};
use serde::Deserialize;
use serde_json::{Value, json};

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

/// Adds tags to a cluster, service, task or task definition.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    let added = checked(&request.tags)?;
    tagging::add(tags_of(call, &request.resource_arn)?, added).map_err(refused)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    tagging::remove(tags_of(call, &request.resource_arn)?, &request.tag_keys);
    Ok(json!({}))
}

/// All tags of one resource.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let tags = tags_of(call, &request.resource_arn)?;
    Ok(json!({ "tags": shown(tags) }))
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))).map_err(refused)
}

fn refused(refusal: Refusal) -> ApiError {
    invalid(match refusal {
        Refusal::TooMany => "The number of tags on a resource is limited to 50.",
        Refusal::Reserved => "Some tags contain invalid keys. Valid UTF-8 keys must not start with \"aws:\".",
        Refusal::Twice(_) => "Duplicate tag keys found. Tag keys must be unique.",
        other => other.words(),
    })
}

/// Tags as replies show them.
pub(super) fn shown(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

fn tags_of<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a mut Tags, ApiError> {
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
