//! What a host does for its plugins when they ask, and where it puts what they say.

use std::sync::Arc;

use deploy_model::Fault;
use deploy_plugin::BoxFuture;
use deploy_plugin::wire::{Credentials, Level};

/// The way to AWS, as plugins see it. What it gives out reaches only plugins that were granted the scope.
pub trait Services: Send + Sync {
    /// The region.
    fn region(&self) -> String;
    /// The address that answers instead of AWS's own, where one does.
    fn endpoint_url(&self) -> BoxFuture<'_, Result<Option<String>, Fault>>;
    /// Credentials that are good for now.
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>>;
    /// The value of a parameter of the environment.
    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>>;
}

/// A line that a plugin said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Its name.
    pub plugin: String,
    /// How much the line weighs.
    pub level: Level,
    /// The line. Values that the host gave out are blacked out in it.
    pub message: String,
}

/// Hears what plugins say. Called from another thread than the run's, so it must be quick.
pub type LogSink = Arc<dyn Fn(LogLine) + Send + Sync>;
