//! The one error of every operation: what AWS answers when it refuses.

use serde_json::{Map, Value};

/// An AWS error reply, before a codec writes it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The error code, as AWS spells it: `InvalidVpcID.NotFound`.
    pub code: String,
    /// The text for people, as AWS words it.
    pub message: String,
    /// JSON services and S3 only: members of the error body besides type and message.
    pub fields: Map<String, Value>,
    /// S3 only: headers of the answer.
    pub headers: Vec<(String, String)>,
}

impl ApiError {
    /// An error with this HTTP status.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), fields: Map::new(), headers: Vec::new() }
    }

    /// A fault of the caller, with the status that most services use for it: 400.
    pub fn client(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// The same error with one more member in its body.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// The same error with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl From<deploy_policy::Malformed> for ApiError {
    fn from(error: deploy_policy::Malformed) -> Self {
        Self::client("MalformedPolicyDocument", error.to_string())
    }
}
