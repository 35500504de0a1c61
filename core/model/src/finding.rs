//! What a policy check has to say about a plan.

use serde::{Deserialize, Serialize};

use crate::{Address, Origin};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a second look before approval.
    Warning,
    /// The plan cannot be applied until this is put right.
    Blocked,
}

/// One thing that a check found in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The resource it is about.
    pub address: Address,
    /// What was found, in one line.
    pub message: String,
    /// The next step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where the configuration says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Finding {
    /// A finding that blocks the plan.
    pub fn blocked(address: Address, message: impl Into<String>) -> Self {
        Self::new(Severity::Blocked, address, message)
    }

    /// A finding that asks for a second look.
    pub fn warning(address: Address, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, address, message)
    }

    /// A finding that is worth knowing.
    pub fn note(address: Address, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, address, message)
    }

    fn new(severity: Severity, address: Address, message: impl Into<String>) -> Self {
        Self { severity, address, message: message.into(), help: None, origin: None }
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
