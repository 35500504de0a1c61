//! What is turned away before any service sees it: bodies that are too large, signatures that are none, regions that
//! cannot be, and content that is not of the protocol.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html>, and the page of the same name in
//! the reference of each service. Signatures themselves are not checked: nothing here is worth a lock.

use crate::asked::Scope;
use crate::error::ApiError;
use http::{Request, header};

/// No request of the services in here comes near this many bytes, but one that puts a large object: that is refused. The
/// largest of the others is a batch of log events: 1 MiB.
pub(crate) const MAX_BODY: usize = 4 * 1024 * 1024;

/// Checks what can be told from the outside.
///
/// # Errors
/// What AWS answers; without a signature at all the protocol of the request decides about that.
pub(crate) fn check(request: &Request<Vec<u8>>) -> Result<(), ApiError> {
    if request.body().len() > MAX_BODY {
        return Err(too_large(request));
    }
    if let Some(authorization) = request.headers().get(header::AUTHORIZATION) {
        check_signature(authorization.to_str().unwrap_or_default())?;
    }
    check_content(request)
}

/// The error for a body of too many bytes.
pub(crate) fn too_large(request: &Request<Vec<u8>>) -> ApiError {
    if Scope::of(request).is_some_and(|scope| scope.is_of_s3()) {
        return ApiError::client("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    ApiError::new(413, "RequestEntityTooLarge", format!("Request size exceeded the limit of {MAX_BODY} bytes"))
}

/// "IncompleteSignature: The request signature does not conform to AWS standards." What was sent is not repeated: it may
/// be somebody's password.
fn check_signature(authorization: &str) -> Result<(), ApiError> {
    let incomplete = |what: &str| Err(ApiError::client("IncompleteSignature", what));
    let Some(fields) = authorization.strip_prefix("AWS4-HMAC-SHA256 ") else {
        return incomplete("Unsupported AWS 'algorithm': the Authorization header must use AWS4-HMAC-SHA256.");
    };
    let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name));
    for name in ["Credential=", "SignedHeaders=", "Signature="] {
        if field(name).is_none_or(str::is_empty) {
            let name = name.trim_end_matches('=');
            return incomplete(&format!("Authorization header requires '{name}' parameter."));
        }
    }
    let scope: Vec<&str> = field("Credential=").unwrap_or_default().split('/').collect();
    match scope[..] {
        [_, _, region, _, "aws4_request"] if is_region(region) => Ok(()),
        [_, _, _, _, "aws4_request"] => {
            Err(ApiError::new(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region."))
        }
        _ => incomplete(
            "Credential must have exactly 5 slash-delimited elements: KEYID/YYYYMMDD/REGION/SERVICE/aws4_request.",
        ),
    }
}

/// Whether this can be the name of a region: `ap-northeast-1`, `us-gov-west-1`. New ones come every year, so that no
/// list decides.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    (2..=4).contains(&words.len()) && words.iter().all(is_word) && is_number
}

/// Content of another type is not read; an object of S3 may be of any. A JSON service then knows no operation, a query service finds no action. Content
/// without a type is taken for what it should be.
///
/// Sources: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html> and
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>
fn check_content(request: &Request<Vec<u8>>) -> Result<(), ApiError> {
    let Some(content_type) = request.headers().get(header::CONTENT_TYPE) else { return Ok(()) };
    if Scope::of(request).is_some_and(|scope| scope.is_of_s3()) {
        return Ok(());
    }
    let content_type = content_type.to_str().unwrap_or_default().to_ascii_lowercase();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    match (request.headers().contains_key("x-amz-target"), media_type) {
        (true, "application/x-amz-json-1.1" | "application/x-amz-json-1.0" | "application/json") => Ok(()),
        (true, _) => {
            Err(ApiError::client("UnknownOperationException", "The content is not application/x-amz-json-1.1"))
        }
        (false, "application/x-www-form-urlencoded") => Ok(()),
        (false, _) if request.body().is_empty() => Ok(()),
        (false, _) => Err(ApiError::client("MissingAction", "The request must contain the parameter Action")),
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BODY, check, is_region};
    use http::Request;

    const GOOD: &str =
        "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";

    fn code(headers: &[(&str, &str)], body: &[u8]) -> Option<String> {
        let builder = headers.iter().fold(Request::post("/"), |builder, (name, value)| builder.header(*name, *value));
        check(&builder.body(body.to_vec()).expect("a request")).err().map(|error| error.code)
    }

    #[test]
    fn a_signature_has_its_scheme_its_fields_and_its_scope() {
        let code = |authorization: &str| code(&[("authorization", authorization)], b"");
        assert_eq!(code(GOOD), None);
        for bad in [
            "",
            "Basic dXNlcjpwYXNz",
            "AWS4-ECDSA-P256-SHA256 Credential=k/20260101/ec2/aws4_request, SignedHeaders=host, Signature=0",
            "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo",
            "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0",
            "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host",
            "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=, Signature=0",
            "AWS4-HMAC-SHA256 Credential=k/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
            "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ec2/aws3_request, SignedHeaders=host, Signature=0",
        ] {
            assert_eq!(code(bad).as_deref(), Some("IncompleteSignature"), "{bad}");
        }
        for region in ["", "mars", "eu_west_1", "EU-WEST-1", "eu-west-", "eu-west-100", "../../x"] {
            let scoped = GOOD.replace("eu-west-1", region);
            let expected = if region.contains('/') { "IncompleteSignature" } else { "SignatureDoesNotMatch" };
            assert_eq!(code(&scoped).as_deref(), Some(expected), "{region}");
        }
    }

    #[test]
    fn regions_are_told_by_their_shape() {
        assert!(
            ["ap-northeast-1", "us-gov-west-1", "us-iso-east-1", "xx-new-17"].iter().all(|region| is_region(region))
        );
    }

    #[test]
    fn content_is_of_the_protocol() {
        let json = ("x-amz-target", "AmazonSSM.GetParameter");
        let typed = |value| ("content-type", value);
        assert_eq!(code(&[json], b"{}"), None);
        assert_eq!(code(&[json, typed("application/x-amz-json-1.1")], b"{}"), None);
        assert_eq!(code(&[json, typed("text/plain")], b"{}").as_deref(), Some("UnknownOperationException"));
        assert_eq!(code(&[typed("application/x-www-form-urlencoded; charset=utf-8")], b"Action=X"), None);
        assert_eq!(code(&[typed("text/xml")], b""), None, "there is nothing to be of a type");
        assert_eq!(code(&[typed("text/xml")], b"<Action>X</Action>").as_deref(), Some("MissingAction"));
    }

    #[test]
    fn a_body_has_a_largest_size() {
        assert_eq!(code(&[], &vec![b'a'; MAX_BODY]), None);
        assert_eq!(code(&[], &vec![b'a'; MAX_BODY + 1]).as_deref(), Some("RequestEntityTooLarge"));
    }
}
