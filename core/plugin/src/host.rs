//! What a plugin may ask of whoever runs it.

use std::sync::Arc;

use deploy_model::{Fault, FaultKind};

use crate::BoxFuture;
use crate::wire::{Credentials, Level};

/// Where AWS is, for a plugin that calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aws {
    /// The region that every operation is about.
    pub region: String,
    /// The address that answers instead of AWS's own, where one does: the embedded AWS, or what the configuration names.
    pub endpoint_url: Option<String>,
}

/// The way back to `deploy`, for the code of a plugin. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    aws: Option<Aws>,
    line: Arc<dyn Line>,
}

/// What carries a plugin's questions to its host.
pub(crate) trait Line: Send + Sync {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>>;
    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>>;
    fn log(&self, level: Level, message: &str);
}

impl Host {
    pub(crate) fn new(aws: Option<Aws>, line: Arc<dyn Line>) -> Self {
        Self { aws, line }
    }

    /// A host that knows nothing and grants nothing: for tests.
    pub fn detached() -> Self {
        Self::new(None, Arc::new(Nobody))
    }

    /// A host that knows where AWS is, and gives these credentials for it or, where there are none, refuses them: for
    /// tests of a kind.
    pub fn offering(aws: Aws, credentials: Option<Credentials>) -> Self {
        match credentials {
            Some(credentials) => Self::new(Some(aws), Arc::new(Offer(credentials))),
            None => Self::new(Some(aws), Arc::new(Nobody)),
        }
    }

    /// Where AWS is. Nothing while the plugin is only asked to describe itself, and where it was not granted `aws`.
    pub fn aws(&self) -> Option<&Aws> {
        self.aws.as_ref()
    }

    /// Credentials for AWS, good for now. Scope: `aws`.
    ///
    /// # Errors
    /// Where there are none, or the plugin was not granted the scope.
    pub async fn credentials(&self) -> Result<Credentials, Fault> {
        self.line.credentials().await
    }

    /// The value of a parameter of the environment, by the name that the section `secrets` gives it. Scope:
    /// `secret:NAME`. To be used only inside an operation on a kind.
    ///
    /// # Errors
    /// Where it has no value, or the plugin was not granted the scope.
    pub async fn secret(&self, name: &str) -> Result<String, Fault> {
        self.line.secret(name).await
    }

    /// Adds a line to the log. Values that came from the host are blacked out in it.
    pub fn log(&self, level: Level, message: &str) {
        self.line.log(level, message);
    }
}

struct Offer(Credentials);

impl Line for Offer {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Nobody.secret(name)
    }

    fn log(&self, _level: Level, _message: &str) {}
}

struct Nobody;

impl Line for Nobody {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(async { Err(Fault::new(FaultKind::Denied, "there is no host here to give credentials")) })
    }

    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async move { Err(Fault::new(FaultKind::Denied, format!("there is no host here to give `{name}`"))) })
    }

    fn log(&self, _level: Level, _message: &str) {}
}
