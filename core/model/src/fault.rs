//! What a kind answers when an operation did not succeed: an error as data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an operation failed. The classes are those on which the engine acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The request can never succeed as it is.
    Invalid,
    /// The thing it names is not there.
    NotFound,
    /// Something else stands in the way: a name that is taken, a resource that is in use.
    Conflict,
    /// The caller may not do this.
    Denied,
    /// The service asked for fewer requests.
    Throttled,
    /// The service could not be reached, or failed; nothing is known of the outcome.
    Unavailable,
    /// No answer in time; nothing is known of the outcome.
    Timeout,
    /// The user stopped the run.
    Cancelled,
    /// The service took the new version and did not come to run it.
    RolloutFailed,
    /// A defect on this side: a broken plugin, a reply that makes no sense.
    Internal,
}

/// Whether the same request may succeed when it is sent again. Only the engine acts on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Sending it again would end the same way, or might do it twice.
    #[default]
    Never,
    /// It was refused before it had any effect, and time will help (throttling, propagation, something still in use).
    Later,
}

/// A failed operation. It never holds a secret: kinds build it from codes and messages, never from `{:?}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The class of the failure.
    pub kind: FaultKind,
    /// What happened, in the service's own words where it spoke.
    pub message: String,
    /// Whether to try again.
    #[serde(default)]
    pub retry: Retry,
    /// The API operation, such as `CreateVpc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The service's error code, such as `DependencyViolation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The service's request id, for its support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The next step, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What the message rests on, in the order in which it is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// One thing that a fault rests on: what stopped, what was logged, what runs now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What it is, in a word.
    pub name: String,
    /// The lines of it, one at least.
    pub lines: Vec<String>,
}

impl Fault {
    /// A fault of a class, with its message.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry: Retry::Never,
            operation: None,
            code: None,
            request_id: None,
            help: None,
            details: Vec::new(),
        }
    }

    /// A defect on this side.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Internal, message)
    }

    /// Says that trying again later may help.
    #[must_use]
    pub fn later(mut self) -> Self {
        self.retry = Retry::Later;
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether a service was asked for something and has not answered, so that nobody knows whether it was done.
    pub fn is_unanswered(&self) -> bool {
        let is_open = matches!(self.kind, FaultKind::Unavailable | FaultKind::Timeout) && self.retry == Retry::Never;
        is_open && self.operation.is_some()
    }

    /// Adds what it rests on; nothing where there are no lines.
    #[must_use]
    pub fn detail(mut self, name: &str, lines: Vec<String>) -> Self {
        if !lines.is_empty() {
            self.details.push(Detail { name: name.to_owned(), lines });
        }
        self
    }

    /// Whether the service answered with this error code.
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.operation, &self.code) {
            (Some(operation), Some(code)) => write!(f, "{operation}: {code}: {}", self.message),
            (Some(operation), None) => write!(f, "{operation}: {}", self.message),
            (None, Some(code)) => write!(f, "{code}: {}", self.message),
            (None, None) => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Fault {}
