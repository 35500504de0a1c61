//! DeleteObject.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html>

use super::bucket::existing;
use super::get_object::check_id;
use super::model::Version;
use super::put_object::{add, new_id};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;

/// Deletes an object; where versions are kept, a marker takes its place. A version that is named is gone for good. What
/// is not there is passed over.
pub(super) fn delete_object(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let reply = Reply::empty(204);
    let Some(id) = request.rest.query("versionId") else {
        if existing(call, request)?.versioning.is_none() {
            existing(call, request)?.objects.remove(&request.key);
            return Ok(reply);
        }
        let (now, new_id) = (call.now, new_id(call.ids));
        let marker = Version { id: String::new(), modified_at: now, content: None };
        let id = add(existing(call, request)?, &request.key, new_id, marker);
        return Ok(reply.header("x-amz-delete-marker", true).header("x-amz-version-id", id));
    };
    let bucket = existing(call, request)?;
    check_id(bucket, id)?;
    let Some(versions) = bucket.objects.get_mut(&request.key) else {
        return Ok(reply.header("x-amz-version-id", id));
    };
    let was_marker = versions.iter().any(|version| version.id == id && version.content.is_none());
    versions.retain(|version| version.id != id);
    if versions.is_empty() {
        bucket.objects.remove(&request.key);
    }
    let reply = reply.optional("x-amz-delete-marker", was_marker.then_some(true));
    Ok(reply.header("x-amz-version-id", id))
}
