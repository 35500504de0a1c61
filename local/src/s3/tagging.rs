//! The tags of buckets: GetBucketTagging, PutBucketTagging, DeleteBucketTagging, and those that come with a new one.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html>. The words are those that AWS answered to
//! LocalStack's authors:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3_api.snapshot.json>

use super::bucket::existing;
use super::payload::{self, Demand};
use super::refusal::malformed_xml;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::tagging::{self, Refusal, Tags};

/// The tags of a bucket, if it has any.
pub(super) fn get_bucket_tagging(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let bucket = existing(call, request)?;
    if bucket.tags.is_empty() {
        let name = request.bucket.as_str();
        return Err(ApiError::new(404, "NoSuchTagSet", "The TagSet does not exist").with("BucketName", name));
    }
    let shown = |(key, value)| Element::default().field("Key", key).field("Value", value);
    Ok(Reply::document(Element::new("Tagging").list("TagSet", "Tag", bucket.tags.iter().map(shown))))
}

/// Puts these tags in the place of those that a bucket has.
pub(super) fn put_bucket_tagging(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    existing(call, request)?;
    let root = payload::read(request, Demand::Checksum)?.document("Tagging", &["TagSet"])?;
    let tags = checked(&read(root.get("TagSet").ok_or_else(malformed_xml)?)?)?;
    existing(call, request)?.tags = tags;
    Ok(Reply::empty(204))
}

/// From now on a bucket has no tags.
pub(super) fn delete_bucket_tagging(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    existing(call, request)?.tags.clear();
    Ok(Reply::empty(204))
}

/// The tags of an element that holds some: each with exactly one key and one value.
pub(super) fn read(set: &Element) -> Result<Vec<(String, String)>, ApiError> {
    let of = |tag: &Element| {
        let names: Vec<&str> = tag.children.iter().map(|child| child.name.as_str()).collect();
        let is_tag = tag.name == "Tag" && (names == ["Key", "Value"] || names == ["Value", "Key"]);
        let is_text = tag.children.iter().all(|child| child.children.is_empty());
        (is_tag && is_text).then(|| (tag.text_of("Key").to_owned(), tag.text_of("Value").to_owned()))
    };
    set.children.iter().map(|tag| of(tag).ok_or_else(malformed_xml)).collect()
}

/// The same tags, if a bucket can have them.
pub(super) fn checked(tags: &[(String, String)]) -> Result<Tags, ApiError> {
    tagging::checked(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))).map_err(|refusal| {
        let invalid = |message| ApiError::client("InvalidTag", message);
        match refusal {
            Refusal::TooMany => ApiError::client("BadRequest", "Bucket tag count cannot be greater than 50"),
            Refusal::Reserved => invalid("System tags cannot be added/updated by requester"),
            Refusal::Twice(key) => invalid("Cannot provide multiple Tags with the same key").with("TagKey", key),
            Refusal::Length | Refusal::Characters => invalid("The TagKey or TagValue you have provided is invalid"),
        }
    })
}
