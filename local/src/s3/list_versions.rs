//! ListObjectVersions.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>

use super::bucket::existing;
use super::list_buckets::canonical_id;
use super::list_objects::{Written, described, max_keys};
use super::model::{Bucket, Version};
use super::refusal::invalid_argument;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// One line of the listing.
struct Entry<'a> {
    key: &'a str,
    version: &'a Version,
    is_latest: bool,
}

/// All versions and markers of a bucket, in the order of their keys, the newest of each key first.
pub(super) fn list_object_versions(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let rest = &request.rest;
    let written = Written::of(request)?;
    let max = max_keys(request)?;
    let prefix = rest.query("prefix").unwrap_or_default();
    let key_marker = rest.query("key-marker").filter(|marker| !marker.is_empty());
    let id_marker = rest.query("version-id-marker").filter(|marker| !marker.is_empty());
    if let (None, Some(id)) = (key_marker, id_marker) {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(invalid_argument(message, "version-id-marker", id));
    }
    let owner = canonical_id(&call.account_id);
    let bucket = existing(call, request)?;
    let mut entries = behind(bucket, key_marker, id_marker);
    entries.retain(|entry| entry.key.starts_with(prefix));
    let is_truncated = max > 0 && entries.len() > max;
    entries.truncate(max);
    let last = entries.last().filter(|_| is_truncated);
    let root = Element::new("ListVersionsResult")
        .field("IsTruncated", is_truncated)
        .field("Name", &bucket.name)
        .field("Prefix", written.text(prefix))
        .field("KeyMarker", written.text(key_marker.unwrap_or_default()))
        .field("VersionIdMarker", id_marker.unwrap_or_default())
        .field("MaxKeys", max)
        .optional("EncodingType", written.encoding())
        .optional("NextKeyMarker", last.map(|entry| written.text(entry.key)))
        .optional("NextVersionIdMarker", last.map(|entry| &entry.version.id));
    Ok(Reply::document(entries.iter().fold(root, |root, entry| root.child(shown(&written, entry, &owner)))))
}

/// What comes behind the markers.
fn behind<'a>(bucket: &'a Bucket, key_marker: Option<&str>, id_marker: Option<&str>) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for (key, versions) in &bucket.objects {
        let newest_first = versions.iter().rev().enumerate();
        let of_key = newest_first.map(|(place, version)| Entry { key, version, is_latest: place == 0 });
        match (key_marker, id_marker) {
            (Some(marker), Some(id)) if key == marker => {
                entries.extend(of_key.skip_while(|entry| entry.version.id != id).skip(1));
            }
            (Some(marker), _) if key.as_str() <= marker => {}
            _ => entries.extend(of_key),
        }
    }
    entries
}

fn shown(written: &Written, entry: &Entry<'_>, owner: &str) -> Element {
    let Entry { key, version, is_latest } = entry;
    let name = if version.content.is_some() { "Version" } else { "DeleteMarker" };
    let element = Element::new(name)
        .field("Key", written.text(key))
        .field("VersionId", &version.id)
        .field("IsLatest", is_latest)
        .child(Element::new("Owner").field("ID", owner));
    match &version.content {
        Some(content) => described(element, version.modified_at, content),
        None => element.field("LastModified", version.modified_at.with_milliseconds()),
    }
}
