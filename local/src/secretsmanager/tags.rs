//! TagResource and UntagResource. A secret's tags are part of its description; no operation lists them alone.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html>

use super::bounds::broken;
use super::{invalid_parameter, secret_id};
use crate::call::Call;
use crate::error::ApiError;
use crate::tagging::{self, Refusal, Tags};
use serde::Deserialize;
use serde_json::{Value, json};

/// One tag, as Secrets Manager writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// The request to add tags or change their values.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TagResource {
    secret_id: String,
    tags: Vec<Tag>,
}

/// The request to remove tags.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UntagResource {
    secret_id: String,
    tag_keys: Vec<String>,
}

/// Adds tags, or changes their values.
pub(super) fn tag_resource(call: &mut Call<'_>, request: &TagResource) -> Result<Value, ApiError> {
    let added = checked(&request.tags)?;
    let now = call.now;
    let secret = secret_id::active(call, &request.secret_id)?;
    tagging::add(&mut secret.tags, added).map_err(refused)?;
    secret.changed_at = now;
    Ok(json!({}))
}

/// Removes tags; keys that are not there are passed over.
pub(super) fn untag_resource(call: &mut Call<'_>, request: &UntagResource) -> Result<Value, ApiError> {
    let now = call.now;
    let secret = secret_id::active(call, &request.secret_id)?;
    let before = secret.tags.len();
    tagging::remove(&mut secret.tags, &request.tag_keys);
    if secret.tags.len() != before {
        secret.changed_at = now;
    }
    Ok(json!({}))
}

/// The tags of a request, checked.
pub(super) fn checked(tags: &[Tag]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))).map_err(refused)
}

/// Lengths are constraints of the members; what else is wrong with a tag is for the operation to say.
fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Length => broken("tags", "have keys of 1 to 128 and values of 0 to 256 characters"),
        other => invalid_parameter(other.words()),
    }
}
