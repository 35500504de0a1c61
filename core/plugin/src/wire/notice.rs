//! What is said without waiting for an answer.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A notification: its method and its parameters.
pub trait Notice: Serialize + DeserializeOwned + Send + 'static {
    /// The method's name.
    const METHOD: &'static str;
}

/// Host to plugin: the user wants the run to stop. Finish the call in flight, wait for nothing more, and answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// The request's number.
    pub id: u64,
}

/// Plugin to host: what an operation is waiting for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The request's number.
    pub id: u64,
    /// In a few words.
    pub message: String,
}

/// Plugin to host: the id of what is being made, to be remembered even if the operation never comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The request's number.
    pub id: u64,
    /// The service's id of what is being made.
    pub made: String,
}

/// Plugin to host: a line for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// How much it weighs.
    pub level: Level,
    /// The line.
    pub message: String,
}

/// How much a line of the log weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For the plugin's author.
    Debug,
    /// Worth knowing, where somebody wants to know more.
    Info,
    /// Worth a second look.
    Warn,
    /// Something went wrong.
    Error,
}

impl Notice for Cancel {
    const METHOD: &'static str = "$/cancel";
}

impl Notice for Progress {
    const METHOD: &'static str = "$/progress";
}

impl Notice for Checkpoint {
    const METHOD: &'static str = "host/checkpoint";
}

impl Notice for Log {
    const METHOD: &'static str = "$/log";
}
