//! The errors that several operations answer.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>

use crate::error::ApiError;

/// No bucket has this name.
pub(super) fn no_such_bucket(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", name)
}

/// The bucket is another's, or not the one that was expected.
pub(super) fn access_denied() -> ApiError {
    ApiError::new(403, "AccessDenied", "Access Denied")
}

/// The body is no XML, or not what the operation takes.
pub(super) fn malformed_xml() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::client("MalformedXML", message)
}

/// An argument that is not valid.
pub(super) fn invalid_argument(message: impl Into<String>, name: &str, value: &str) -> ApiError {
    ApiError::client("InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value)
}

/// What AWS may know and this does not.
pub(super) fn not_implemented(name: &str) -> ApiError {
    let message = "A header you provided implies functionality that is not implemented";
    ApiError::new(501, "NotImplemented", message).with("Header", name)
}
