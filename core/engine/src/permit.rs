//! Whether a run may still change anything.

use std::sync::{Arc, OnceLock};

use deploy_model::Fault;
use deploy_plugin::BoxFuture;

use crate::apply::Run;

/// Asked before each call that changes something. Its fault fails the step, and nothing further is begun.
pub type Permit = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>;

/// The permit of a run that nobody else can get in the way of.
pub fn unconditional() -> Permit {
    Arc::new(|| Box::pin(std::future::ready(Ok(()))))
}

/// Asks for the permit of a run, until it is refused once.
pub(crate) struct Fence<'a> {
    pub(crate) run: &'a Run,
    shut: OnceLock<Fault>,
}

impl<'a> Fence<'a> {
    pub(crate) fn around(run: &'a Run) -> Self {
        Self { run, shut: OnceLock::new() }
    }

    pub(crate) fn is_shut(&self) -> bool {
        self.shut.get().is_some()
    }

    pub(crate) async fn pass(&self) -> Result<(), Fault> {
        match self.shut.get() {
            Some(fault) => Err(fault.clone()),
            None => (self.run.permit)().await.map_err(|fault| self.shut.get_or_init(|| fault).clone()),
        }
    }
}
