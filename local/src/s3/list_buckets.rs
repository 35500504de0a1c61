//! ListBuckets.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>

use super::location::is_region;
use super::model::{Bucket, bucket_arn};
use super::refusal::invalid_argument;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::pagination;
use sha2::{Digest, Sha256};

/// Buckets of one page.
const MAX_BUCKETS: usize = 10_000;

/// The buckets of the account in all regions, in the order of their names.
pub(super) fn list_buckets(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let prefix = request.rest.query("prefix");
    let region = request.rest.query("bucket-region");
    if let Some(region) = region.filter(|region| !is_region(region)) {
        let message = format!("Argument value {region} is not a valid AWS Region");
        return Err(invalid_argument(message, "bucket-region", region));
    }
    let max = request.rest.query("max-buckets").map(size).transpose()?.unwrap_or(MAX_BUCKETS);
    let token = request.rest.query("continuation-token").filter(|token| !token.is_empty());
    let is_meant = |bucket: &&Bucket| {
        bucket.owner == call.account_id
            && prefix.is_none_or(|prefix| bucket.name.starts_with(prefix))
            && region.is_none_or(|region| bucket.region == region)
    };
    let buckets: Vec<&Bucket> = call.s3.buckets.values().filter(is_meant).collect();
    let page = pagination::page(buckets, |bucket| bucket.name.clone(), Some(max), token)
        .map_err(|_| bad_token(token.unwrap_or_default()))?;
    let root = Element::new("ListAllMyBucketsResult")
        .child(Element::new("Owner").field("ID", canonical_id(&call.account_id)))
        .list("Buckets", "Bucket", page.items.into_iter().map(shown))
        .optional("ContinuationToken", page.next_token)
        .optional("Prefix", prefix);
    Ok(Reply::document(root))
}

fn shown(bucket: &Bucket) -> Element {
    Element::default()
        .field("Name", &bucket.name)
        .field("CreationDate", bucket.created_at.with_milliseconds())
        .field("BucketRegion", &bucket.region)
        .field("BucketArn", bucket_arn(&bucket.name))
}

fn size(text: &str) -> Result<usize, ApiError> {
    let asked = text.parse().ok().filter(|asked| (1..=MAX_BUCKETS).contains(asked));
    let message = format!("Argument max-buckets must be an integer between 1 and {MAX_BUCKETS}");
    asked.ok_or_else(|| invalid_argument(message, "max-buckets", text))
}

/// The refusal of a token that no listing gave out.
pub(super) fn bad_token(token: &str) -> ApiError {
    invalid_argument("The continuation token provided is incorrect", "continuation-token", token)
}

/// The id that S3 has for an account: 64 hexadecimal digits.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html>
pub(super) fn canonical_id(account: &str) -> String {
    hex::encode(Sha256::digest(account.as_bytes()))
}
