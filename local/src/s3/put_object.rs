//! PutObject.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>, for versions
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersioningEnabledBuckets.html>, for keys and
//! metadata <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html>

use super::bucket::existing;
use super::model::{Algorithm, Bucket, Content, Version, Versioning};
use super::payload::{self, Demand};
use super::refusal::{invalid_argument, not_implemented};
use super::request::Request;
use super::{get_object, object_encryption};
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;
use crate::world::Ids;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::collections::BTreeMap;

/// Bytes of a key.
const MAX_KEY: usize = 1024;
/// Bytes of the names and values of all metadata.
const MAX_METADATA: usize = 2048;
/// The id of a version from a time without versions.
pub(super) const NO_VERSION: &str = "null";

/// Puts an object, or a new version of it.
pub(super) fn put_object(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let default = existing(call, request)?.encryption.clone();
    if request.key.len() > MAX_KEY {
        return Err(ApiError::client("KeyTooLongError", "Your key is too long"));
    }
    check_options(request)?;
    check_condition(call, request)?;
    let payload = payload::read(request, Demand::Nothing)?;
    let encryption = object_encryption::chosen(call, request, &default)?;
    let etag = match encryption.algorithm {
        Algorithm::Aes256 => payload::md5(&payload.bytes),
        Algorithm::Kms | Algorithm::KmsDsse => call.ids.hex(32),
    };
    let content = Content {
        body: BASE64.encode(&payload.bytes),
        size: payload.bytes.len(),
        etag,
        content_type: request.rest.header("content-type").unwrap_or("binary/octet-stream").to_owned(),
        metadata: metadata(request)?,
        checksum: payload.checksum,
        encryption,
    };
    let reply = Reply::empty(200).header("etag", format!("\"{}\"", content.etag));
    let reply = object_encryption::shown(get_object::with_checksum(reply, &content), &content.encryption);
    let (now, new_id) = (call.now, new_id(call.ids));
    let bucket = existing(call, request)?;
    let id = add(bucket, &request.key, new_id, Version { id: String::new(), modified_at: now, content: Some(content) });
    Ok(reply.optional("x-amz-version-id", (bucket.versioning == Some(Versioning::Enabled)).then_some(id)))
}

/// Adds a version, which takes the place of the one without a version if the bucket makes none; returns its id.
pub(super) fn add(bucket: &mut Bucket, key: &str, new_id: String, version: Version) -> String {
    let id = match bucket.versioning {
        Some(Versioning::Enabled) => new_id,
        Some(Versioning::Suspended) | None => NO_VERSION.to_owned(),
    };
    let versions = bucket.objects.entry(key.to_owned()).or_default();
    versions.retain(|version| version.id != id);
    versions.push(Version { id: id.clone(), ..version });
    id
}

/// An id for a new version.
pub(super) fn new_id(ids: &mut Ids) -> String {
    ids.mixed(32)
}

/// Only what every object has can be asked for.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
fn check_options(request: &Request<'_>) -> Result<(), ApiError> {
    match request.rest.header("x-amz-storage-class") {
        None | Some("STANDARD") => {}
        Some(_) => return Err(not_implemented("x-amz-storage-class")),
    }
    match request.rest.header("x-amz-acl") {
        None | Some("bucket-owner-full-control") => Ok(()),
        Some(_) => Err(ApiError::client("AccessControlListNotSupported", "The bucket does not allow ACLs")),
    }
}

/// `If-None-Match: *`: only if there is no such object yet.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
fn check_condition(call: &mut Call<'_>, request: &Request<'_>) -> Result<(), ApiError> {
    match request.rest.header("if-none-match") {
        None => Ok(()),
        Some("*") => match existing(call, request)?.current(&request.key) {
            Some(Version { content: Some(_), .. }) => {
                let message = "At least one of the pre-conditions you specified did not hold";
                Err(ApiError::new(412, "PreconditionFailed", message).with("Condition", "If-None-Match"))
            }
            _ => Ok(()),
        },
        Some(other) => Err(invalid_argument("If-None-Match must be *", "If-None-Match", other)),
    }
}

fn metadata(request: &Request<'_>) -> Result<BTreeMap<String, String>, ApiError> {
    let metadata = request.rest.headers_below("x-amz-meta-");
    let size: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    match size <= MAX_METADATA {
        true => Ok(metadata),
        false => {
            let message = "Your metadata headers exceed the maximum allowed metadata size";
            Err(ApiError::client("MetadataTooLarge", message))
        }
    }
}
