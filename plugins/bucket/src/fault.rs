//! S3's errors as faults: the code decides the class, the message is S3's own.
//!
//! Never `{:?}` of an SDK error: a malformed reply would print its body.

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use deploy_plugin::model::{Fault, FaultKind, Retry};

/// Turns the SDK error of `operation` into a fault: `.send().await.map_err(fault("CreateBucket"))?`.
pub fn fault<E>(operation: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    move |error| {
        let fault = match &error {
            // A success that cannot be read is none of the service's errors, and the request may have taken effect.
            SdkError::ServiceError(context) if context.raw().status().is_success() => unreadable(),
            SdkError::ServiceError(context) => of_service(context.err(), context.raw()),
            SdkError::ResponseError(_) => unreadable(),
            SdkError::TimeoutError(_) => Fault::new(FaultKind::Timeout, "no answer in time"),
            SdkError::DispatchFailure(failure) => of_host(&error).unwrap_or_else(|| match failure.is_timeout() {
                true => Fault::new(FaultKind::Timeout, "no connection in time"),
                false => Fault::new(FaultKind::Unavailable, "the service could not be reached"),
            }),
            _ => of_host(&error).unwrap_or_else(|| Fault::new(FaultKind::Invalid, "the request could not be built")),
        };
        Fault { operation: Some(operation.to_owned()), ..fault }
    }
}

/// Takes "not found" as an answer: `None`.
///
/// # Errors
/// Every other fault.
pub fn absent<T>(result: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Unavailable, "the reply made no sense")
}

/// What the host said when it was asked for credentials: the SDK hands it through as the cause.
fn of_host(error: &(dyn Error + 'static)) -> Option<Fault> {
    let causes = std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source());
    causes.filter_map(|cause| cause.downcast_ref::<Fault>()).next().cloned()
}

fn of_service(error: &impl ProvideErrorMetadata, raw: &HttpResponse) -> Fault {
    let code = error.code().filter(|code| is_word(code)).unwrap_or_default();
    let message = error.message().unwrap_or(if code.is_empty() { "the service gave no reason" } else { code });
    let (kind, retry) = classify(code, raw.status().as_u16());
    Fault {
        retry,
        code: (!code.is_empty()).then(|| code.to_owned()),
        request_id: raw.headers().get("x-amz-request-id").filter(|id| is_word(id)).map(str::to_owned),
        ..Fault::new(kind, message)
    }
}

/// Whether this can be a code or an id. What a server of another kind puts in their place may repeat the request.
fn is_word(text: &str) -> bool {
    text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:=+/".contains(&byte))
}

/// The class of a code, and whether it was refused before it had any effect and time may help.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
fn classify(code: &str, status: u16) -> (FaultKind, Retry) {
    match code {
        "SlowDown" | "RequestLimitExceeded" => (FaultKind::Throttled, Retry::Later),
        _ if code.contains("Throttl") => (FaultKind::Throttled, Retry::Later),
        // Another request is at work on the bucket, or its name is not free again yet.
        "OperationAborted" => (FaultKind::Conflict, Retry::Later),
        "BucketAlreadyExists" | "BucketAlreadyOwnedByYou" | "BucketNotEmpty" | "InvalidBucketState" => {
            (FaultKind::Conflict, Retry::Never)
        }
        "AccessDenied"
        | "AllAccessDisabled"
        | "AccountProblem"
        | "ExpiredToken"
        | "InvalidAccessKeyId"
        | "InvalidToken"
        | "NotSignedUp"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch" => (FaultKind::Denied, Retry::Never),
        _ if code.starts_with("NoSuch") || code.contains("NotFound") => (FaultKind::NotFound, Retry::Never),
        _ if status >= 500 => (FaultKind::Unavailable, Retry::Never),
        _ => (FaultKind::Invalid, Retry::Never),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_class() {
        use FaultKind::{Conflict, Denied, Invalid, NotFound, Throttled, Unavailable};
        let cases = [
            ("SlowDown", 503, Throttled, Retry::Later),
            ("OperationAborted", 409, Conflict, Retry::Later),
            ("BucketNotEmpty", 409, Conflict, Retry::Never),
            ("BucketAlreadyOwnedByYou", 409, Conflict, Retry::Never),
            ("NoSuchBucket", 404, NotFound, Retry::Never),
            ("ServerSideEncryptionConfigurationNotFoundError", 404, NotFound, Retry::Never),
            ("AccessDenied", 403, Denied, Retry::Never),
            ("InvalidBucketName", 400, Invalid, Retry::Never),
            ("InternalError", 500, Unavailable, Retry::Never),
            ("", 503, Unavailable, Retry::Never),
        ];
        for (code, status, kind, retry) in cases {
            assert_eq!(classify(code, status), (kind, retry), "{code}");
        }
    }

    #[test]
    fn what_can_be_no_code_is_none() {
        assert!(is_word("NoSuchBucket") && is_word("8d1c77a2-1a2b"));
        assert!(!is_word("hunter 2") && !is_word(&"a".repeat(129)));
    }
}
