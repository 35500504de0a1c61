//! JSON 1.1, as ECS, SSM, CloudWatch Logs, ECR and Secrets Manager speak it.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>

use crate::error::ApiError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The content type of requests and replies.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Reads a request body; an empty one is an empty object.
///
/// # Errors
/// `SerializationException` if it is not a JSON object.
pub fn parse(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ApiError::client("SerializationException", "Start of structure or map found where not expected.")),
        Err(_) => Err(ApiError::client("SerializationException", "The request body is not valid JSON.")),
    }
}

/// Reads a parsed body into the typed request of an operation.
///
/// # Errors
/// An error with the `code` that the service uses for a malformed request, naming the member that is wrong.
pub fn read<T: DeserializeOwned>(body: &Value, code: &str) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(body).map_err(|error| {
        let path = error.path().to_string();
        ApiError::client(code, format!("Invalid request at '{path}': {}", error.into_inner()))
    })
}

/// The body of an error reply: the type, the message and the members that this error has besides.
#[must_use]
pub fn error_body(error: &ApiError) -> Value {
    let mut members = error.fields.clone();
    members.insert("__type".to_owned(), Value::from(error.code.clone()));
    members.insert("message".to_owned(), Value::from(error.message.clone()));
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::{error_body, parse, read};
    use crate::error::ApiError;
    use serde_json::json;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Request {
        #[expect(dead_code, reason = "only its being read matters")]
        name: String,
    }

    #[test]
    fn an_empty_body_is_an_empty_object() {
        assert_eq!(parse(b"").expect("empty"), json!({}));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for body in [&b"[]"[..], b"{", b"\xff"] {
            assert_eq!(parse(body).expect_err("no object").code, "SerializationException");
        }
    }

    #[test]
    fn a_wrong_member_is_named() {
        let error = read::<Request>(&json!({ "name": 1 }), "InvalidParameterException").expect_err("a number");
        assert_eq!(error.code, "InvalidParameterException");
        assert!(error.message.contains("'name'"), "{}", error.message);
        assert!(read::<Request>(&json!({ "name": "a", "other": 1 }), "X").is_err());
    }

    #[test]
    fn errors_carry_their_members() {
        let body = error_body(&ApiError::client("A", "b").with("taskArn", "c"));
        assert_eq!(body, json!({ "__type": "A", "message": "b", "taskArn": "c" }));
    }
}
