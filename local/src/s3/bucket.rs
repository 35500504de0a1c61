//! Finding a bucket, HeadBucket and DeleteBucket.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html> and, for a bucket of another region,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>

use super::bucket_name::check_shape;
use super::model::{Bucket, bucket_arn};
use super::refusal::{access_denied, no_such_bucket};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;

/// The bucket that a request names: one of this account and of this region.
///
/// # Errors
/// `NoSuchBucket`, `PermanentRedirect` with the region that it is in, or `AccessDenied` for one of another account:
/// nobody is given access to it here.
pub(super) fn existing<'a>(call: &'a mut Call<'_>, request: &Request<'_>) -> Result<&'a mut Bucket, ApiError> {
    let expected = request.rest.header("x-amz-expected-bucket-owner");
    check_shape(&request.bucket)?;
    let found = call.s3.buckets.get_mut(&request.bucket);
    let bucket = found.ok_or_else(|| no_such_bucket(&request.bucket))?;
    if bucket.region != call.region {
        return Err(redirect(bucket));
    }
    if bucket.owner != call.account_id || expected.is_some_and(|expected| expected != bucket.owner) {
        return Err(access_denied());
    }
    Ok(bucket)
}

/// Whether and where it is.
pub(super) fn head_bucket(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let bucket = existing(call, request)?;
    Ok(Reply::empty(200)
        .header("content-type", "application/xml")
        .header("x-amz-bucket-region", &bucket.region)
        .header("x-amz-bucket-arn", bucket_arn(&bucket.name))
        .header("x-amz-access-point-alias", false))
}

/// Deletes a bucket in which nothing is left, no version and no marker either.
pub(super) fn delete_bucket(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let bucket = existing(call, request)?;
    if !bucket.objects.is_empty() {
        let versions = match bucket.versioning {
            Some(_) => ". You must delete all versions in the bucket.",
            None => "",
        };
        let message = format!("The bucket you tried to delete is not empty{versions}");
        return Err(ApiError::new(409, "BucketNotEmpty", message).with("BucketName", request.bucket.as_str()));
    }
    call.s3.buckets.remove(&request.bucket);
    Ok(Reply::empty(204))
}

fn redirect(bucket: &Bucket) -> ApiError {
    let message = "The bucket you are attempting to access must be addressed using the specified endpoint. Please send \
                   all future requests to this endpoint.";
    let endpoint = format!("{}.s3.{}.amazonaws.com", bucket.name, bucket.region);
    ApiError::new(301, "PermanentRedirect", message)
        .with("Endpoint", endpoint)
        .with("Bucket", bucket.name.as_str())
        .with_header("x-amz-bucket-region", &bucket.region)
}
