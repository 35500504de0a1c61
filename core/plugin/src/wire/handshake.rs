//! How a conversation begins and ends: versions, what the plugin offers, where AWS is.

use std::sync::Arc;

use deploy_model::KindDescription;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calls;
use crate::{AnyStage, Methods, Plugin, StageSection};

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

    /// Asks the plugin to end. The process of a library that was asked to change nothing is ended without it.
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

impl Description {
    /// What a plugin offers.
    pub fn of(plugin: &Plugin) -> Self {
        let stage = |any: &Arc<dyn AnyStage>| StageDescription { section: any.section(), methods: any.methods() };
        Self {
            stages: plugin.stages.iter().map(stage).collect(),
            kinds: plugin.kinds.iter().map(|kind| kind.describe().clone()).collect(),
        }
    }
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
