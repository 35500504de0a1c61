//! How each service says that a call was one too many, that it failed, or that it is away.
//!
//! Sources: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList> and the errors of each operation

use crate::error::ApiError;

/// One call too many.
pub(super) fn throttled(service: &str) -> ApiError {
    match service {
        "ec2" => ApiError::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        "iam" | "sts" => ApiError::client("Throttling", "Rate exceeded"),
        "s3" => ApiError::new(503, "SlowDown", "Please reduce your request rate."),
        _ => ApiError::client("ThrottlingException", "Rate exceeded"),
    }
}

/// The service failed.
pub(super) fn failed(service: &str) -> ApiError {
    let (code, message) = match service {
        "ec2" => ("InternalError", "An internal error has occurred"),
        "iam" => ("ServiceFailure", "The request processing has failed because of an unknown error"),
        "ecs" => ("ServerException", "Service Unavailable. Please try again later."),
        "ecr" => ("ServerException", "These errors are usually caused by a server-side issue."),
        "kms" => ("KMSInternalException", "An internal exception occurred."),
        "secretsmanager" => ("InternalServiceError", "An error occurred on the server side."),
        "s3" => ("InternalError", "We encountered an internal error. Please try again."),
        "ssm" => ("InternalServerError", "An error occurred on the server side."),
        _ => ("InternalFailure", "The request processing has failed because of an unknown error"),
    };
    ApiError::new(500, code, message)
}

/// The service is away.
pub(super) fn unavailable(service: &str) -> ApiError {
    let (code, message) = match service {
        "ec2" => ("Unavailable", "The server is overloaded and can't handle the request."),
        "s3" => ("ServiceUnavailable", "Service is unable to handle request."),
        "logs" => ("ServiceUnavailableException", "The service cannot complete the request."),
        _ => ("ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
    };
    ApiError::new(503, code, message)
}
