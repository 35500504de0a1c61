//! How each protocol says that something is wrong.
//!
//! Sources: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use http::Response;
use hyper::body::Bytes;

use crate::call::Protocol;

/// The service is away.
pub(crate) fn unavailable(protocol: Protocol) -> Response<Bytes> {
    let code = if protocol == Protocol::Ec2Query { "Unavailable" } else { "ServiceUnavailable" };
    error(protocol, 503, code, "The service is unavailable.")
}

/// One call too many.
pub(crate) fn throttled(protocol: Protocol) -> Response<Bytes> {
    let (status, code) = match protocol {
        Protocol::Ec2Query => (503, "RequestLimitExceeded"),
        Protocol::AwsQuery => (400, "Throttling"),
        Protocol::Json => (400, "ThrottlingException"),
        Protocol::Rest => (503, "SlowDown"),
    };
    error(protocol, status, code, "Rate exceeded")
}

/// The credentials have expired.
pub(crate) fn expired(protocol: Protocol) -> Response<Bytes> {
    let (status, code) = match protocol {
        Protocol::Ec2Query => (400, "RequestExpired"),
        Protocol::AwsQuery => (403, "ExpiredToken"),
        Protocol::Json => (400, "ExpiredTokenException"),
        Protocol::Rest => (400, "ExpiredToken"),
    };
    error(protocol, status, code, "The security token included in the request is expired")
}

/// The AWS behind the bench does not answer.
pub(crate) fn gone() -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(b"the upstream does not answer"));
    *reply.status_mut() = http::StatusCode::BAD_GATEWAY;
    reply
}

fn error(protocol: Protocol, status: u16, code: &str, message: &str) -> Response<Bytes> {
    const ID: &str = "00000000-0000-4000-8000-000000000000";
    let error = format!("<Code>{code}</Code><Message>{message}</Message>");
    let (kind, body) = match protocol {
        Protocol::Ec2Query => (
            "text/xml",
            format!("<Response><Errors><Error>{error}</Error></Errors><RequestID>{ID}</RequestID></Response>"),
        ),
        Protocol::AwsQuery => {
            let fault = if status < 500 { "Sender" } else { "Receiver" };
            let error = format!("<Error><Type>{fault}</Type>{error}</Error><RequestId>{ID}</RequestId>");
            ("text/xml", format!("<ErrorResponse>{error}</ErrorResponse>"))
        }
        Protocol::Json => ("application/x-amz-json-1.1", format!(r#"{{"__type":"{code}","message":"{message}"}}"#)),
        Protocol::Rest => ("application/xml", format!("<Error>{error}<RequestId>{ID}</RequestId></Error>")),
    };
    let reply = Response::builder().status(status).header("content-type", kind).header("x-amzn-requestid", ID);
    reply.body(Bytes::from(body)).expect("status and headers are constants")
}
