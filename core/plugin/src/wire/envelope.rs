//! What every message has in common: JSON-RPC 2.0, requests in both directions.

use deploy_model::Fault;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Call, Notice};

/// The code of a failure whose `data` is the fault.
pub const OPERATION_FAILED: i32 = -32000;
/// The code of a request that the other side does not know.
///
/// Source: <https://www.jsonrpc.org/specification#error_object>
pub const METHOD_NOT_FOUND: i32 = -32601;
/// The code of a request in the middle of which the plugin broke: a panic, an answer that no frame holds. `message` goes
/// on where a sentence begins with the plugin's name. What the request changes may have been changed.
///
/// Source: <https://www.jsonrpc.org/specification#error_object>
pub const BROKEN: i32 = -32603;
/// The code of a text that is no message.
///
/// Source: <https://www.jsonrpc.org/specification#error_object>
pub const NOT_A_MESSAGE: i32 = -32700;

/// One message, before anybody has looked at what it is about.
///
/// A request has an `id` and a `method`, a notification a `method` alone, an answer an `id` and one of `result` and
/// `error`. Each side numbers its own requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// The request's number; nothing in a notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// What is asked or said; nothing in an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The method's parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Box<RawValue>>,
    /// The answer to the request of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Box<RawValue>>,
    /// Why there is no answer to the request of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// A failure as JSON-RPC carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// [`OPERATION_FAILED`] where the operation failed and `data` says how, else a code of JSON-RPC's own.
    pub code: i32,
    /// The failure in one line.
    pub message: String,
    /// The fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Fault>,
}

/// A text that is no message, or a message whose parameters are not those of its method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl Envelope {
    fn empty() -> Self {
        Self { jsonrpc: "2.0".to_owned(), id: None, method: None, params: None, result: None, error: None }
    }

    /// A request.
    pub fn request<C: Call>(id: u64, call: &C) -> Self {
        Self { id: Some(id), method: Some(C::METHOD.to_owned()), params: Some(raw(call)), ..Self::empty() }
    }

    /// What needs no answer.
    pub fn notification<N: Notice>(notice: &N) -> Self {
        Self { method: Some(N::METHOD.to_owned()), params: Some(raw(notice)), ..Self::empty() }
    }

    /// The answer to the request numbered `id`, or why there is none.
    pub fn answer<T: Serialize>(id: u64, answer: Result<&T, Failure>) -> Self {
        match answer {
            Ok(result) => Self { id: Some(id), result: Some(raw(result)), ..Self::empty() },
            Err(error) => Self { id: Some(id), error: Some(error), ..Self::empty() },
        }
    }

    /// What is said of a text that is no message, and so has no number to answer to.
    pub fn complaint(malformed: &Malformed) -> Self {
        let error = Failure { code: NOT_A_MESSAGE, message: malformed.to_string(), data: None };
        Self { error: Some(error), ..Self::empty() }
    }

    /// The message in a frame's bytes.
    ///
    /// # Errors
    /// Where they are no message. What they hold is not told: it may be anything.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let envelope: Self = serde_json::from_slice(body)
            .map_err(|error| Malformed(format!("not a message at line {}, column {}", error.line(), error.column())))?;
        if envelope.jsonrpc == "2.0" { Ok(envelope) } else { Err(Malformed("not JSON-RPC 2.0".to_owned())) }
    }

    /// The message as the bytes of a frame.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a message is plain data")
    }

    /// The parameters, in the form of the method that the message names. Absent ones are an empty object.
    ///
    /// # Errors
    /// Where they are not of that form. What they hold is not told, nor its path: to find that out would make every plugin
    /// a tenth larger.
    pub fn parameters<T: serde::de::DeserializeOwned>(&self) -> Result<T, Malformed> {
        let text = self.params.as_deref().map_or("{}", RawValue::get);
        serde_json::from_str(text)
            .map_err(|error| misshapen(&format!("line {}, column {}", error.line(), error.column())))
    }

    /// The answer, in the form that the request expects. An absent one is an empty object.
    ///
    /// # Errors
    /// Where it is not of that form: the place is told by its path, and what stands there is not.
    pub fn result<T: serde::de::DeserializeOwned>(&self) -> Result<T, Malformed> {
        let text = self.result.as_deref().map_or("{}", RawValue::get);
        // To keep track of the place takes time, and few answers are wrong.
        serde_json::from_str(text).or_else(|_| {
            let answer = &mut serde_json::Deserializer::from_str(text);
            serde_path_to_error::deserialize(answer).map_err(|error| misshapen(&format!("`{}`", error.path())))
        })
    }
}

impl Failure {
    /// The failure of an operation.
    pub fn of(fault: Fault) -> Self {
        Self { code: OPERATION_FAILED, message: fault.to_string(), data: Some(fault) }
    }

    /// The plugin broke in the middle of a request: `what` it did, for a sentence that begins with its name.
    pub fn broken(what: &str) -> Self {
        Self { code: BROKEN, message: what.to_owned(), data: Some(Fault::internal(what)) }
    }

    /// A request that is not known here.
    pub fn unknown_method(method: &str) -> Self {
        Self { code: METHOD_NOT_FOUND, message: format!("`{method}` is not known here"), data: None }
    }

    /// The fault that it tells of.
    pub fn into_fault(self) -> Fault {
        let Self { code, message, data } = self;
        data.unwrap_or_else(|| Fault::internal(format!("{message} (code {code})")))
    }
}

fn misshapen(place: &str) -> Malformed {
    Malformed(format!("not of the form that is expected at {place}"))
}

fn raw<T: Serialize>(value: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("a message is plain data")
}
