//! The words of a refusal, and its code in each service.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html>

use super::need::Need;
use crate::error::ApiError;
use crate::iam::Stranger;
use deploy_policy::Decision;

/// The refusal of a need.
pub(super) fn refused(service: &str, caller: &str, need: &Need, decision: Decision) -> ApiError {
    let Need { action, resource, .. } = need;
    let because = match decision {
        Decision::ExplicitlyDenied => "with an explicit deny in an identity-based policy".to_owned(),
        _ => format!("because no identity-based policy allows the {action} action"),
    };
    let on = if resource == "*" && service == "ec2" { String::new() } else { format!(" on resource: {resource}") };
    let message = format!("User: {caller} is not authorized to perform: {action}{on} {because}");
    match service {
        // Secrets Manager says no more about the keys that it uses for its callers.
        "secretsmanager" if action.starts_with("kms:") => {
            ApiError::client("AccessDeniedException", "Access to KMS is not allowed")
        }
        "ec2" => ApiError::new(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {message}"),
        ),
        "iam" | "sts" => ApiError::new(403, "AccessDenied", message),
        // S3 alone puts the resource between quotation marks.
        "s3" => {
            let message = message.replace(&format!("resource: {resource}"), &format!("resource: \"{resource}\""));
            ApiError::new(403, "AccessDenied", message)
        }
        _ => ApiError::client("AccessDeniedException", message),
    }
}

/// The refusal of a caller whom nobody knows.
pub(crate) fn stranger(service: &str, stranger: Stranger) -> ApiError {
    let unknown = "The security token included in the request is invalid.";
    let expired = "The security token included in the request is expired";
    match (service, stranger) {
        ("ec2", Stranger::Unknown) => {
            ApiError::new(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        ("ec2", Stranger::Expired) => ApiError::client("RequestExpired", "Request has expired."),
        ("iam" | "sts", Stranger::Unknown) => ApiError::new(403, "InvalidClientTokenId", unknown),
        ("iam" | "sts", Stranger::Expired) => ApiError::new(403, "ExpiredToken", expired),
        ("s3", Stranger::Unknown) => {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            ApiError::new(403, "InvalidAccessKeyId", message)
        }
        ("s3", Stranger::Expired) => ApiError::client("ExpiredToken", "The provided token has expired."),
        (_, Stranger::Unknown) => ApiError::client("UnrecognizedClientException", unknown),
        (_, Stranger::Expired) => ApiError::client("ExpiredTokenException", expired),
    }
}
