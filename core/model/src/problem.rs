//! Something wrong with the configuration, before it is known where that was written.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::KeyPath;

/// A configuration error: which key, what is wrong with it, what to do.
///
/// A stage reports problems by key; the configuration turns the key into file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The key at fault.
    pub path: KeyPath,
    /// What is wrong, in one line.
    pub message: String,
    /// A few words to stand under the excerpt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The next step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Problem {
    /// A problem with the value at `path`.
    pub fn new(path: KeyPath, message: impl Into<String>) -> Self {
        Self { path, message: message.into(), label: None, help: None }
    }

    /// Adds the words that stand under the excerpt.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Problem {}
