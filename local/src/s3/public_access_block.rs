//! GetPublicAccessBlock, PutPublicAccessBlock and DeletePublicAccessBlock.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html>

use super::bucket::existing;
use super::model::PublicAccessBlock;
use super::payload::{self, Demand, boolean};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;

const ACLS: &str = "BlockPublicAcls";
const IGNORED: &str = "IgnorePublicAcls";
const POLICY: &str = "BlockPublicPolicy";
const RESTRICTED: &str = "RestrictPublicBuckets";

/// What keeps a bucket private.
pub(super) fn get_public_access_block(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let Some(block) = existing(call, request)?.public_access_block else {
        let message = "The public access block configuration was not found";
        let error = ApiError::new(404, "NoSuchPublicAccessBlockConfiguration", message);
        return Err(error.with("BucketName", request.bucket.as_str()));
    };
    let root = Element::new("PublicAccessBlockConfiguration")
        .field(ACLS, block.block_public_acls)
        .field(IGNORED, block.ignore_public_acls)
        .field(POLICY, block.block_public_policy)
        .field(RESTRICTED, block.restrict_public_buckets);
    Ok(Reply::document(root))
}

/// Puts these settings in the place of those that a bucket has. What is not said is off.
pub(super) fn put_public_access_block(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    existing(call, request)?;
    let payload = payload::read(request, Demand::Checksum)?;
    let root = payload.document("PublicAccessBlockConfiguration", &[ACLS, IGNORED, POLICY, RESTRICTED])?;
    if root.children.is_empty() {
        return Err(ApiError::client("InvalidRequest", "Must specify at least one configuration."));
    }
    let is_on = |name| root.get(name).map_or(Ok(false), boolean);
    let block = PublicAccessBlock {
        block_public_acls: is_on(ACLS)?,
        ignore_public_acls: is_on(IGNORED)?,
        block_public_policy: is_on(POLICY)?,
        restrict_public_buckets: is_on(RESTRICTED)?,
    };
    existing(call, request)?.public_access_block = Some(block);
    Ok(Reply::empty(200))
}

/// From now on a bucket has no such settings.
pub(super) fn delete_public_access_block(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    existing(call, request)?.public_access_block = None;
    Ok(Reply::empty(204))
}
