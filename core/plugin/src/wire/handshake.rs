//! How a conversation begins and ends: versions, what the plugin offers, where AWS is.

use deploy_model::KindDescription;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calls;
use crate::StageSection;

/// An answer that says nothing.
pub type Nothing = Map<String, Value>;

calls! {
    /// The first message: which versions the host speaks.
    Initialize "initialize" -> Initialized {
        /// The oldest version.
        oldest: u32,
        /// The newest version.
        newest: u32,
        /// The host's own name and version, for the plugin's log.
        host: String,
    }

    /// Asks for everything that the plugin offers.
    Describe "describe" -> Description {
        /// The version that both speak from here on: the newest that both know.
        protocol: u32,
    }

    /// Says where AWS is. Sent before the first operation on a kind, to plugins that were granted `aws`.
    Connect "connect" -> Nothing {
        /// The region that every operation is about.
        region: String,
        /// The address that answers instead of AWS's own, where one does.
        #[serde(default)]
        endpoint_url: Option<String>,
    }

    /// Asks the plugin to end.
    Shutdown "shutdown" -> Nothing {}
}

/// The answer to [`Initialize`]: who the plugin is, and which versions it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initialized {
    /// The oldest version that it speaks.
    pub oldest: u32,
    /// The newest version that it speaks.
    pub newest: u32,
    /// Its name, as its manifest has it.
    pub name: String,
    /// Its own version, as its manifest has it.
    pub version: String,
    /// What it wants to be granted, as its manifest has it.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// The answer to [`Describe`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Its stages.
    #[serde(default)]
    pub stages: Vec<StageDescription>,
    /// Its kinds.
    #[serde(default)]
    pub kinds: Vec<KindDescription>,
}

/// A stage, described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageDescription {
    /// Its section of the configuration.
    #[serde(flatten)]
    pub section: StageSection,
    /// What it wants to be asked.
    #[serde(default)]
    pub methods: Methods,
}

/// What a stage wants to be asked besides `stage/desired`. What is absent is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Methods {
    /// `stage/transform`.
    pub transform: bool,
    /// `stage/answered`.
    pub answered: bool,
    /// `stage/check`.
    pub check: bool,
}

impl Default for Methods {
    fn default() -> Self {
        Self { transform: true, answered: true, check: true }
    }
}
