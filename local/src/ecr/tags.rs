//! TagResource, UntagResource and ListTagsForResource.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html>

use super::invalid;
use super::model::{Repository, arn, not_found};
use crate::call::Call;
use crate::error::ApiError;
use crate::tagging::{self, ListTagsForResource, Refusal, Tags, UntagResource};
use serde::Deserialize;
use serde_json::{Value, json};

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

/// Adds tags, or changes their values.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    let added = checked(&request.tags)?;
    tagging::add(&mut tagged(call, &request.resource_arn)?.tags, added).map_err(refused)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    tagging::remove(&mut tagged(call, &request.resource_arn)?.tags, &request.tag_keys);
    Ok(json!({}))
}

/// All tags of one repository.
pub(super) fn list_tags_for_resource(call: &mut Call<'_>, request: &ListTagsForResource) -> Result<Value, ApiError> {
    let tags = &tagged(call, &request.resource_arn)?.tags;
    let shown: Vec<Value> = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "tags": shown }))
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))).map_err(refused)
}

fn refused(refusal: Refusal) -> ApiError {
    let code = match refusal {
        Refusal::TooMany => "TooManyTagsException",
        _ => "InvalidTagParameterException",
    };
    ApiError::client(code, refusal.words())
}

fn tagged<'a>(call: &'a mut Call<'_>, resource: &str) -> Result<&'a mut Repository, ApiError> {
    let name = resource
        .strip_prefix(&arn(call, ""))
        .ok_or_else(|| invalid(format!("Invalid parameter at 'resourceArn': {resource}")))?
        .to_owned();
    let missing = not_found(call, &name);
    call.region().ecr.repositories.get_mut(&name).ok_or(missing)
}
