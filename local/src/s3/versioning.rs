//! GetBucketVersioning and PutBucketVersioning.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>

use super::bucket::existing;
use super::model::Versioning;
use super::payload::{self, Demand};
use super::refusal::{malformed_xml, not_implemented};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// Whether a bucket keeps versions. One that never did says nothing.
pub(super) fn get_bucket_versioning(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let status = existing(call, request)?.versioning.map(Versioning::word);
    Ok(Reply::document(Element::new("VersioningConfiguration").optional("Status", status)))
}

/// From now on a bucket keeps versions, or makes no more. It never goes back to having none.
pub(super) fn put_bucket_versioning(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    existing(call, request)?;
    let payload = payload::read(request, Demand::Checksum)?;
    let root = payload.document("VersioningConfiguration", &["Status", "MfaDelete"])?;
    match root.get("MfaDelete").map(|mfa| mfa.text.as_str()) {
        None | Some("Disabled") => {}
        Some("Enabled") => return Err(not_implemented("x-amz-mfa")),
        Some(_) => return Err(malformed_xml()),
    }
    let status = root.get("Status").ok_or_else(|| {
        ApiError::client("IllegalVersioningConfigurationException", "The Versioning element must be specified")
    })?;
    let versioning = match status.text.as_str() {
        "Enabled" => Versioning::Enabled,
        "Suspended" => Versioning::Suspended,
        _ => return Err(malformed_xml()),
    };
    existing(call, request)?.versioning = Some(versioning);
    Ok(Reply::empty(200))
}
