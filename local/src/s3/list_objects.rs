//! ListObjectsV2.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>

use super::bucket::existing;
use super::list_buckets::{bad_token, canonical_id};
use super::model::{Bucket, Content};
use super::refusal::invalid_argument;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::pagination;
use crate::time::Time;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Keys of one page.
const MAX_KEYS: usize = 1000;
/// What stays as it is in a key that is encoded as a part of an address.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/').remove(b'~');

/// One line of a listing.
enum Entry<'a> {
    Object(&'a str, Time, &'a Content),
    /// What several keys have in common up to the delimiter.
    Prefix(String),
}

/// The current objects of a bucket in the order of their keys.
pub(super) fn list_objects_v2(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let rest = &request.rest;
    let written = Written::of(request)?;
    let max = max_keys(request)?;
    let token = rest.query("continuation-token");
    let (prefix, delimiter) = (rest.query("prefix").unwrap_or_default(), rest.query("delimiter"));
    let start = rest.query("start-after");
    let owner = (rest.query("fetch-owner") == Some("true")).then(|| canonical_id(&call.account_id));
    let bucket = existing(call, request)?;
    let entries = entries(bucket, prefix, delimiter.filter(|delimiter| !delimiter.is_empty()), start);
    let key = |entry: &Entry<'_>| match entry {
        Entry::Object(key, ..) => (*key).to_owned(),
        Entry::Prefix(prefix) => prefix.clone(),
    };
    let page = pagination::page(entries, key, Some(max), token).map_err(|_| bad_token(token.unwrap_or_default()))?;
    let root = Element::new("ListBucketResult")
        .field("IsTruncated", page.next_token.is_some())
        .field("Name", &bucket.name)
        .field("Prefix", written.text(prefix))
        .optional("Delimiter", delimiter.map(|delimiter| written.text(delimiter)))
        .field("MaxKeys", max)
        .field("KeyCount", page.items.len())
        .optional("EncodingType", written.encoding())
        .optional("ContinuationToken", token)
        .optional("NextContinuationToken", page.next_token)
        .optional("StartAfter", start.map(|start| written.text(start)));
    let shown = page.items.iter().map(|entry| match entry {
        Entry::Object(key, modified_at, content) => object(&written, key, *modified_at, content, owner.as_deref()),
        Entry::Prefix(prefix) => Element::new("CommonPrefixes").field("Prefix", written.text(prefix)),
    });
    Ok(Reply::document(shown.fold(root, Element::child)))
}

fn entries<'a>(bucket: &'a Bucket, prefix: &str, delimiter: Option<&str>, start: Option<&str>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    for (key, versions) in &bucket.objects {
        let Some(rest) = key.strip_prefix(prefix) else { continue };
        let current = versions.last().and_then(|version| Some((version.modified_at, version.content.as_ref()?)));
        let Some((modified_at, content)) = current else { continue };
        if start.is_some_and(|start| key.as_str() <= start) {
            continue;
        }
        let group = delimiter.and_then(|delimiter| {
            rest.find(delimiter).map(|end| key[..prefix.len() + end + delimiter.len()].to_owned())
        });
        match (group, entries.last()) {
            (Some(group), Some(Entry::Prefix(last))) if *last == group => {}
            (Some(group), _) => entries.push(Entry::Prefix(group)),
            (None, _) => entries.push(Entry::Object(key, modified_at, content)),
        }
    }
    entries
}

fn object(written: &Written, key: &str, modified_at: Time, content: &Content, owner: Option<&str>) -> Element {
    let element = described(Element::new("Contents").field("Key", written.text(key)), modified_at, content);
    match owner {
        Some(owner) => element.child(Element::new("Owner").field("ID", owner)),
        None => element,
    }
}

/// The same element with what a listing says about a content.
pub(super) fn described(element: Element, modified_at: Time, content: &Content) -> Element {
    let checksum = content.checksum.as_ref();
    element
        .field("LastModified", modified_at.with_milliseconds())
        .field("ETag", format!("\"{}\"", content.etag))
        .optional("ChecksumAlgorithm", checksum.map(|checksum| &checksum.algorithm))
        .optional("ChecksumType", checksum.map(|_| "FULL_OBJECT"))
        .field("Size", content.size)
        .field("StorageClass", "STANDARD")
}

/// How many keys a page has: as many as are asked for, and 1,000 at most.
pub(super) fn max_keys(request: &Request<'_>) -> Result<usize, ApiError> {
    let Some(text) = request.rest.query("max-keys") else { return Ok(MAX_KEYS) };
    let asked: Option<i32> = text.parse().ok();
    let asked = asked.ok_or_else(|| {
        invalid_argument("Provided max-keys not an integer or within integer range", "max-keys", text)
    })?;
    let asked = usize::try_from(asked).map_err(|_| {
        invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys", text)
    })?;
    Ok(asked.min(MAX_KEYS))
}

/// How keys are written in a listing.
pub(super) enum Written {
    /// As they are.
    Plain,
    /// As a part of an address, for what XML cannot carry.
    Encoded,
}

impl Written {
    pub(super) fn of(request: &Request<'_>) -> Result<Written, ApiError> {
        match request.rest.query("encoding-type") {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Encoded),
            Some(other) => {
                Err(invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", other))
            }
        }
    }

    pub(super) fn text(&self, key: &str) -> String {
        match self {
            Self::Plain => key.to_owned(),
            Self::Encoded => utf8_percent_encode(key, ENCODED).to_string(),
        }
    }

    pub(super) fn encoding(&self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Encoded => Some("url"),
        }
    }
}
