//! Where a bucket is: the constraint that its creation names, and GetBucketLocation.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>. The words are those that AWS answered to
//! LocalStack's authors:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/s3/test_s3.snapshot.json>

use super::bucket::existing;
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// The region that is meant where none is named.
pub(super) const FIRST: &str = "us-east-1";

/// What a constraint can be, at the endpoint from which a bucket can be created everywhere. `EU` is an old name of
/// eu-west-1.
const CONSTRAINTS: [&str; 38] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "EU",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// The region of a new bucket.
pub(super) fn region_of(constraint: &str, endpoint: &str) -> Result<String, ApiError> {
    let meant = if constraint == "EU" { "eu-west-1" } else { constraint };
    match (constraint, endpoint) {
        ("", FIRST) => Ok(FIRST.to_owned()),
        ("", _) => Err(illegal("unspecified")),
        (_, FIRST) if CONSTRAINTS.contains(&constraint) => Ok(meant.to_owned()),
        (_, FIRST) => {
            Err(ApiError::client("InvalidLocationConstraint", "The specified location-constraint is not valid")
                .with("LocationConstraint", constraint))
        }
        _ if meant == endpoint => Ok(meant.to_owned()),
        _ => Err(illegal(constraint)),
    }
}

fn illegal(constraint: &str) -> ApiError {
    let message = format!(
        "The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to."
    );
    ApiError::client("IllegalLocationConstraintException", message)
}

/// Where a bucket is, as its creation named it.
pub(super) fn get_bucket_location(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let bucket = existing(call, request)?;
    let root = Element { text: bucket.location.clone(), ..Element::new("LocationConstraint") };
    Ok(Reply::document(root))
}

/// A region that `bucket-region` may name.
pub(super) fn is_region(name: &str) -> bool {
    name == FIRST || (CONSTRAINTS.contains(&name) && name != "EU")
}
