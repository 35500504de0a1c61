//! CreateBucket.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>, for the limit
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html>

use super::bucket_name::check_new;
use super::location::{FIRST, region_of};
use super::model::{Bucket, Encryption, PublicAccessBlock, bucket_arn};
use super::payload::{self, Demand};
use super::refusal::{invalid_argument, malformed_xml, not_implemented};
use super::request::Request;
use super::tagging;
use crate::call::Call;
use crate::codec::document;
use crate::codec::rest::Reply;
use crate::error::ApiError;
use crate::tagging::Tags;
use std::collections::BTreeMap;

/// Buckets of one account, since November 2024.
const MAX_BUCKETS: usize = 10_000;

/// What the body asks for.
struct Configuration {
    constraint: String,
    tags: Tags,
}

/// Creates a bucket. Whoever creates his own again in us-east-1, without tags, is answered as if he had just done so.
pub(super) fn create_bucket(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let namespace = request.rest.header("x-amz-bucket-namespace");
    let name = request.bucket.as_str();
    let Configuration { constraint, tags } = configuration(request)?;
    let region = region_of(&constraint, &call.region)?;
    check_new(name, namespace, &call.account_id, &region)?;
    check_access(request)?;
    match call.s3.buckets.get(name) {
        None => {}
        Some(theirs) if theirs.owner != call.account_id => {
            let message = "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                           system. Please select a different name and try again.";
            return Err(ApiError::new(409, "BucketAlreadyExists", message).with("BucketName", name));
        }
        Some(own) if own.region == FIRST && region == FIRST && tags.is_empty() => return Ok(created(own)),
        Some(_) => {
            let message = "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(ApiError::new(409, "BucketAlreadyOwnedByYou", message).with("BucketName", name));
        }
    }
    if call.s3.buckets.values().filter(|bucket| bucket.owner == call.account_id).count() >= MAX_BUCKETS {
        let message = "You have attempted to create more buckets than allowed";
        return Err(ApiError::client("TooManyBuckets", message));
    }
    let bucket = Bucket {
        name: name.to_owned(),
        owner: call.account_id.clone(),
        region,
        location: constraint,
        created_at: call.now,
        tags,
        versioning: None,
        encryption: Encryption::default(),
        public_access_block: Some(PublicAccessBlock::ALL),
        objects: BTreeMap::new(),
    };
    let reply = created(&bucket);
    call.s3.buckets.insert(name.to_owned(), bucket);
    Ok(reply)
}

fn created(bucket: &Bucket) -> Reply {
    let location = match bucket.region.as_str() {
        FIRST => format!("/{}", bucket.name),
        _ => format!("http://{}.s3.amazonaws.com/", bucket.name),
    };
    Reply::empty(200).header("location", location).header("x-amz-bucket-arn", bucket_arn(&bucket.name))
}

/// A bucket is its owner's alone, which may be said.
fn check_access(request: &Request<'_>) -> Result<(), ApiError> {
    match request.rest.header("x-amz-acl") {
        None | Some("private") => {}
        Some("public-read" | "public-read-write" | "authenticated-read") => return Err(not_implemented("x-amz-acl")),
        Some(other) => return Err(invalid_argument("Argument format not recognized", "x-amz-acl", other)),
    }
    match request.rest.header("x-amz-object-ownership") {
        None | Some("BucketOwnerEnforced") => Ok(()),
        Some("BucketOwnerPreferred" | "ObjectWriter") => Err(not_implemented("x-amz-object-ownership")),
        Some(other) => {
            let message = format!("Invalid x-amz-object-ownership header: {other}");
            Err(invalid_argument(message, "x-amz-object-ownership", other))
        }
    }
}

/// Reads the body, which may be missing.
fn configuration(request: &Request<'_>) -> Result<Configuration, ApiError> {
    let payload = payload::read(request, Demand::Nothing)?;
    if payload.bytes.is_empty() {
        return Ok(Configuration { constraint: String::new(), tags: Tags::new() });
    }
    let root = payload.document("CreateBucketConfiguration", &["LocationConstraint", "Tags"])?;
    let constraint = root.get("LocationConstraint");
    if constraint.is_some_and(|constraint| constraint.text.is_empty()) {
        return Err(malformed_xml());
    }
    let tags = root.get("Tags").map(tagging::read).transpose()?.unwrap_or_default();
    Ok(Configuration { constraint: root.text_of("LocationConstraint").to_owned(), tags: tagging::checked(&tags)? })
}

/// The constraint and the tags that a request asks for, as far as they can be read: for whoever decides whether it may.
pub(crate) fn asked(request: &Request<'_>) -> (Option<String>, Vec<(String, String)>) {
    let root = document::parse(request.rest.body()).unwrap_or_default();
    let tags = root.get("Tags").and_then(|tags| tagging::read(tags).ok()).unwrap_or_default();
    (root.get("LocationConstraint").map(|constraint| constraint.text.clone()), tags)
}
