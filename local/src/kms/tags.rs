//! TagResource, UntagResource and ListResourceTags.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html>. The words are those that AWS answered
//! to LocalStack's authors:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/kms/test_kms.snapshot.json>

use super::key_id::{changeable, existing};
use super::list::page;
use crate::call::Call;
use crate::constraint::{broken, page_size};
use crate::error::ApiError;
use crate::tagging::{self, Refusal, Tags};
use serde::Deserialize;
use serde_json::{Value, json};

/// One tag, as KMS writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    tag_key: String,
    tag_value: String,
}

/// The request to add tags or change their values.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagResource {
    key_id: String,
    tags: Vec<Tag>,
}

/// The request to remove tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UntagResource {
    key_id: String,
    tag_keys: Vec<String>,
}

/// The request to list tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListResourceTags {
    key_id: String,
    limit: Option<i64>,
    marker: Option<String>,
}

/// Adds tags, or changes their values.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    let added = checked(&request.tags)?;
    tagging::add(&mut changeable(call, &request.key_id)?.tags, added).map_err(refused)?;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    tagging::remove(&mut changeable(call, &request.key_id)?.tags, &request.tag_keys);
    Ok(json!({}))
}

/// One page of the tags of a key.
pub(super) fn list_resource_tags(call: &mut Call<'_>, request: &ListResourceTags) -> Result<Value, ApiError> {
    let size = page_size("limit", request.limit, 50, 50)?;
    let tags = existing(call, &request.key_id)?.tags.iter().collect();
    page(
        "Tags",
        tags,
        |(key, _)| (*key).clone(),
        size,
        request.marker.as_deref(),
        |(key, value)| json!({ "TagKey": key, "TagValue": value }),
    )
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str()))).map_err(refused)
}

fn refused(refusal: Refusal) -> ApiError {
    let message = match refusal {
        Refusal::Length => return broken("tags", "have keys of 1 to 128 and values of 0 to 256 characters"),
        Refusal::TooMany => "Too many tags",
        Refusal::Reserved => "Tags beginning with aws: are reserved",
        Refusal::Twice(_) => "Duplicate tag keys",
        Refusal::Characters => refusal.words(),
    };
    ApiError::client("TagException", message)
}
