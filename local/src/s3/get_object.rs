//! GetObject and HeadObject.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>, for markers
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>

use super::bucket::existing;
use super::model::{Bucket, Content, Version};
use super::object_encryption;
use super::put_object::NO_VERSION;
use super::refusal::invalid_argument;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// What is in an object.
pub(super) fn get_object(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let (reply, content) = found(call, request)?;
    let body = BASE64.decode(&content.body).expect("what was encoded here can be decoded");
    Ok(Reply { body, ..reply })
}

/// What is known about an object.
pub(super) fn head_object(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    found(call, request).map(|(reply, _)| reply)
}

/// The same reply with the checksum of a content.
pub(super) fn with_checksum(reply: Reply, content: &Content) -> Reply {
    match &content.checksum {
        Some(checksum) => reply
            .header(&format!("x-amz-checksum-{}", checksum.algorithm.to_ascii_lowercase()), &checksum.value)
            .header("x-amz-checksum-type", "FULL_OBJECT"),
        None => reply,
    }
}

/// The version that a request names, or the current one, and a reply with all but its bytes.
fn found(call: &mut Call<'_>, request: &Request<'_>) -> Result<(Reply, Content), ApiError> {
    let mode = request.rest.header("x-amz-checksum-mode");
    let bucket = existing(call, request)?;
    let version = version(bucket, request)?.clone();
    let keeps_versions = bucket.versioning.is_some();
    let Some(content) = version.content else {
        return Err(deleted(request, &version.id));
    };
    object_encryption::check_readable(call, &content.encryption)?;
    let reply = Reply::empty(200)
        .header("content-type", &content.content_type)
        .header("content-length", content.size)
        .header("accept-ranges", "bytes")
        .header("etag", format!("\"{}\"", content.etag))
        .header("last-modified", version.modified_at.in_headers())
        .optional("x-amz-version-id", keeps_versions.then_some(&version.id));
    let metadata = content.metadata.iter().map(|(name, value)| (format!("x-amz-meta-{name}"), value));
    let reply = metadata.fold(reply, |reply, (name, value)| reply.header(&name, value));
    let reply = object_encryption::shown(reply, &content.encryption);
    match mode {
        None => Ok((reply, content)),
        Some("ENABLED") => Ok((with_checksum(reply, &content), content)),
        Some(other) => Err(invalid_argument("The checksum mode is not valid", "x-amz-checksum-mode", other)),
    }
}

fn version<'a>(bucket: &'a Bucket, request: &Request<'_>) -> Result<&'a Version, ApiError> {
    let no_such_key =
        || ApiError::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", request.key.as_str());
    let Some(id) = request.rest.query("versionId") else {
        return bucket.current(&request.key).ok_or_else(no_such_key);
    };
    check_id(bucket, id)?;
    let versions = bucket.objects.get(&request.key);
    versions.into_iter().flatten().find(|version| version.id == id).ok_or_else(|| {
        ApiError::new(404, "NoSuchVersion", "The specified version does not exist.")
            .with("Key", request.key.as_str())
            .with("VersionId", id)
    })
}

/// Whether this can be the id of a version in a bucket.
pub(super) fn check_id(bucket: &Bucket, id: &str) -> Result<(), ApiError> {
    let is_made = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte));
    match id == NO_VERSION || (bucket.versioning.is_some() && is_made) {
        true => Ok(()),
        false => Err(invalid_argument("Invalid version id specified", "versionId", id)),
    }
}

/// A marker is in the place of the object. Who asks for it by its id learns that it is one.
fn deleted(request: &Request<'_>, id: &str) -> ApiError {
    let error = match request.rest.query("versionId") {
        None => ApiError::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", request.key.as_str()),
        Some(_) => ApiError::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
            .with("Method", request.rest.method())
            .with("ResourceType", "DeleteMarker"),
    };
    error.with_header("x-amz-delete-marker", "true").with_header("x-amz-version-id", id)
}
