//! Amazon S3: general purpose buckets with their tags, versioning, default encryption and public access block, and
//! objects in their simplest form. Access points, access control lists and policies of buckets are not here: a bucket is
//! its owner's alone, as a new one is in AWS.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html>. Answers that the reference leaves open are
//! those that AWS gave to LocalStack's authors:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3_api.snapshot.json>

mod bucket;
mod bucket_name;
mod chunked;
mod create_bucket;
mod delete_object;
mod encryption;
mod get_object;
mod list_buckets;
mod list_objects;
mod list_versions;
mod location;
mod model;
mod object_encryption;
mod payload;
mod public_access_block;
mod put_object;
mod refusal;
mod request;
mod tagging;
mod versioning;

pub use model::{
    Algorithm, Bucket, Checksum, Content, Encryption, ObjectEncryption, PublicAccessBlock, State, Version, Versioning,
};
pub use request::Request;

pub(crate) use create_bucket::asked;
pub(crate) use model::bucket_arn;
pub(crate) use object_encryption::key_for;

use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;

/// Answers one operation.
///
/// # Errors
/// What S3 answers when it refuses; `NotImplemented` for an operation, a parameter or a header that is not here.
pub fn handle(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let operation = match request.operation {
        "CreateBucket" => create_bucket::create_bucket,
        "HeadBucket" => bucket::head_bucket,
        "DeleteBucket" => bucket::delete_bucket,
        "ListBuckets" => list_buckets::list_buckets,
        "GetBucketLocation" => location::get_bucket_location,
        "GetBucketTagging" => tagging::get_bucket_tagging,
        "PutBucketTagging" => tagging::put_bucket_tagging,
        "DeleteBucketTagging" => tagging::delete_bucket_tagging,
        "GetBucketVersioning" => versioning::get_bucket_versioning,
        "PutBucketVersioning" => versioning::put_bucket_versioning,
        "GetBucketEncryption" => encryption::get_bucket_encryption,
        "PutBucketEncryption" => encryption::put_bucket_encryption,
        "DeleteBucketEncryption" => encryption::delete_bucket_encryption,
        "GetPublicAccessBlock" => public_access_block::get_public_access_block,
        "PutPublicAccessBlock" => public_access_block::put_public_access_block,
        "DeletePublicAccessBlock" => public_access_block::delete_public_access_block,
        "PutObject" => put_object::put_object,
        "GetObject" => get_object::get_object,
        "HeadObject" => get_object::head_object,
        "DeleteObject" => delete_object::delete_object,
        "ListObjectsV2" => list_objects::list_objects_v2,
        "ListObjectVersions" => list_versions::list_object_versions,
        other => return Err(refusal::not_implemented(other)),
    };
    payload::check_hash(request)?;
    let reply = operation(call, request)?;
    match request.rest.unread() {
        Some(name) => Err(refusal::not_implemented(&name)),
        None => Ok(reply),
    }
}
