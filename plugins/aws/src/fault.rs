//! AWS's errors as faults: the code decides the class, the message is AWS's own.
//!
//! Never `{:?}` of an SDK error: a malformed reply would print its body, and a body may hold a secret.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use deploy_model::{Fault, FaultKind, Retry};

use crate::barrier::held_back;
use crate::skew::SignedAtAnotherTime;

/// Turns the SDK error of `operation` into a fault: `.send().await.map_err(fault("CreateVpc"))?`.
pub fn fault<E: ProvideErrorMetadata>(operation: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> Fault {
    move |error| {
        if let SdkError::DispatchFailure(failure) = &error
            && let Some(fault) = held_back(failure)
        {
            return fault;
        }
        let mut fault = match &error {
            // A success that cannot be read is none of the service's errors, and the request may have taken effect.
            SdkError::ServiceError(context) if context.raw().status().is_success() => {
                Fault::new(FaultKind::Unavailable, "the reply made no sense")
            }
            SdkError::ServiceError(context) => of_service(context.err(), context.raw()),
            SdkError::TimeoutError(_) => Fault::new(FaultKind::Timeout, "no answer in time"),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                Fault::new(FaultKind::Timeout, "no connection in time").help("check the network and `AWS_ENDPOINT_URL`")
            }
            // A connection that was cut before the whole answer came is of no kind of its own, but a passing error.
            SdkError::DispatchFailure(failure) if failure.is_io() || failure.as_other().is_some() => {
                Fault::new(FaultKind::Unavailable, "the service could not be reached")
                    .help("check the network, the region and `AWS_ENDPOINT_URL`")
            }
            SdkError::DispatchFailure(_) => no_credentials(),
            SdkError::ResponseError(_) => Fault::new(FaultKind::Unavailable, "the reply made no sense"),
            _ => Fault::new(FaultKind::Invalid, "the request could not be built"),
        };
        fault.operation = Some(operation.to_owned());
        fault
    }
}

/// A dispatch that failed before a connection was tried: the credential chain found nothing it could use.
fn no_credentials() -> Fault {
    Fault::new(FaultKind::Denied, "no usable AWS credentials were found")
        .help("set `AWS_PROFILE`, run `aws sso login`, or try without an account: `--local`")
}

fn of_service<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse) -> Fault {
    let code = error.code().filter(|code| is_word(code)).unwrap_or_default();
    let message = error.message().unwrap_or(if code.is_empty() { "the service gave no reason" } else { code });
    let skewed = raw.extension::<SignedAtAnotherTime>();
    let (kind, retry) = classify(code, skewed.map_or(raw.status().as_u16(), |skewed| skewed.status));
    if skewed.is_some() && can_be_about_time(code) {
        // It was refused before it had any effect, and the next one is signed by AWS's clock.
        let fault = Fault::new(FaultKind::Denied, message).later().help("set the clock of this machine");
        return Fault { code: (!code.is_empty()).then(|| code.to_owned()), request_id: request_id(raw), ..fault };
    }
    Fault {
        retry,
        code: (!code.is_empty()).then(|| code.to_owned()),
        request_id: request_id(raw),
        help: credentials_help(code).or_else(|| key_help(code)).map(str::to_owned),
        ..Fault::new(kind, message)
    }
}

fn request_id(raw: &HttpResponse) -> Option<String> {
    let headers = raw.headers();
    let id = headers.get("x-amzn-requestid").or_else(|| headers.get("x-amz-request-id"));
    id.filter(|id| is_word(id)).map(str::to_owned)
}

/// Whether this can be a code or an id. What a server of another kind puts in their place may repeat the request.
fn is_word(text: &str) -> bool {
    text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:=+/".contains(&byte))
}

/// What to do where the credentials themselves are refused, whatever they might be allowed to do.
///
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
fn credentials_help(code: &str) -> Option<&'static str> {
    match code {
        "ExpiredToken" | "ExpiredTokenException" => Some("sign in again: `aws sso login`, or renew the credentials"),
        "RequestExpired" => Some("set the clock of this machine, or renew the credentials"),
        "RequestTimeTooSkewed" => Some("set the clock of this machine"),
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "AuthFailure"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => {
            Some("check the access key (`AWS_ACCESS_KEY_ID`, the profile), and that the account has enabled the region")
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => Some(
            "check that the secret belongs to the access key (`AWS_SECRET_ACCESS_KEY`, the profile), and set the clock of this machine if it is off",
        ),
        "OptInRequired" => Some("the account is not signed up for this service or region: see its console"),
        _ => None,
    }
}

/// The codes of what was signed at another time than it is. They are those of other refusals too.
///
/// Source: `CLOCK_SKEW_ERROR_CODES` of the SDK's `aws-runtime`, and EC2's `RequestExpired`
fn can_be_about_time(code: &str) -> bool {
    matches!(
        code,
        "RequestExpired"
            | "RequestTimeTooSkewed"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "AuthFailure"
            | "AccessDeniedException"
    )
}

/// What to do where a value cannot be encrypted or decrypted.
///
/// Sources: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html> and
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
fn key_help(code: &str) -> Option<&'static str> {
    matches!(code, "InvalidKeyId" | "EncryptionFailure" | "DecryptionFailure")
        .then_some("see that the KMS key exists and is enabled, and that you may use it")
}

/// The class of an AWS error code, and whether time alone may help.
///
/// Sources: the error lists of the API references of EC2, ECS, ECR, IAM, Logs, SSM and STS, and
/// <https://docs.aws.amazon.com/general/latest/gr/api-retries.html> for throttling.
fn classify(code: &str, status: u16) -> (FaultKind, Retry) {
    let has = |part: &str| code.contains(part);
    if has("Throttl")
        || matches!(code, "RequestLimitExceeded" | "TooManyRequestsException" | "TooManyUpdates" | "SlowDown")
    {
        (FaultKind::Throttled, Retry::Later)
    } else if credentials_help(code).is_some() || has("AccessDenied") || has("Unauthorized") {
        (FaultKind::Denied, Retry::Never)
    } else if has("DependencyViolation")
        || has("DeleteConflict")
        || has("InUse")
        || matches!(
            code,
            "ConcurrentModification"
                | "UpdateInProgressException"
                | "OperationAbortedException"
                | "ClusterContainsServicesException"
                | "ClusterContainsTasksException"
        )
    {
        (FaultKind::Conflict, Retry::Later)
    } else if has("NotFound")
        || has("NoSuchEntity")
        || has("DoesNotExist")
        || matches!(
            code,
            "InvalidParameterKeys" | "ServiceNotActiveException" | "ParameterNotFound" | "InvalidResourceId"
        )
    {
        (FaultKind::NotFound, Retry::Never)
    } else if has("Already") || has("Duplicate") || has("Exists") || has("Conflict") || has("NotEmpty") {
        (FaultKind::Conflict, Retry::Never)
    } else if status >= 500 {
        (FaultKind::Unavailable, Retry::Never)
    } else {
        (FaultKind::Invalid, Retry::Never)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_no_code_is_none() {
        for code in ["InvalidVpcID.NotFound", "8d1c77a2-1a2b", "Server.InternalError"] {
            assert!(is_word(code), "{code}");
        }
        for code in ["{\"Value\":\"hunter2\"}", "hunter 2", "ä", &"a".repeat(129)] {
            assert!(!is_word(code), "{code}");
        }
    }

    #[test]
    fn whatever_a_clock_that_is_off_is_answered_with_says_to_set_it() {
        let codes = ["RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException"];
        for code in codes {
            assert!(credentials_help(code).is_some_and(|help| help.contains("set the clock")), "{code}");
        }
    }

    #[test]
    fn only_a_refusal_for_its_time_is_sent_again_by_another() {
        use aws_smithy_types::body::SdkBody;
        use aws_smithy_types::error::ErrorMetadata;
        let told = |code: &str| {
            let mut raw = HttpResponse::new(503.try_into().expect("a status"), SdkBody::empty());
            raw.add_extension(SignedAtAnotherTime { status: 400 });
            of_service(&ErrorMetadata::builder().code(code).message("refused").build(), &raw)
        };
        let skewed = told("InvalidSignatureException");
        assert_eq!((skewed.kind, skewed.retry), (FaultKind::Denied, Retry::Later));
        assert_eq!(skewed.help.as_deref(), Some("set the clock of this machine"));
        let other = told("SomethingElse");
        assert_eq!((other.kind, other.retry), (FaultKind::Invalid, Retry::Never));
    }

    #[test]
    fn codes_have_their_class() {
        use FaultKind::{Conflict, Denied, Invalid, NotFound, Throttled, Unavailable};
        let cases = [
            ("InvalidVpcID.NotFound", 400, NotFound, Retry::Never),
            ("NoSuchEntity", 404, NotFound, Retry::Never),
            ("DependencyViolation", 400, Conflict, Retry::Later),
            ("EntityAlreadyExists", 409, Conflict, Retry::Never),
            ("InvalidGroup.Duplicate", 400, Conflict, Retry::Never),
            ("ThrottlingException", 400, Throttled, Retry::Later),
            ("UnauthorizedOperation", 403, Denied, Retry::Never),
            ("ExpiredToken", 403, Denied, Retry::Never),
            ("InvalidClientTokenId", 403, Denied, Retry::Never),
            ("SignatureDoesNotMatch", 403, Denied, Retry::Never),
            ("InvalidParameterException", 400, Invalid, Retry::Never),
            ("", 503, Unavailable, Retry::Never),
        ];
        for (code, status, kind, retry) in cases {
            assert_eq!(classify(code, status), (kind, retry), "{code}");
        }
    }
}
