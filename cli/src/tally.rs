//! What the steps of a run came to, kept until the run is over.

use std::sync::OnceLock;

use deploy_engine::Report;
use serde::Serialize;

/// How many steps a plan had, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Steps {
    /// In the plan.
    pub total: usize,
    /// Done.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Not begun.
    pub skipped: usize,
}

/// Written once, by the run that carries out a plan. Where none does, every count stays zero.
#[derive(Debug, Default)]
pub struct Tally(OnceLock<Steps>);

impl Tally {
    /// Keeps what a run came to.
    pub fn keep(&self, report: &Report, total: usize) {
        let (done, failed, skipped) = (report.done.len(), report.failed.len(), report.skipped.len());
        // A command carries out one plan.
        let _ = self.0.set(Steps { total, done, failed, skipped });
    }

    /// What was kept.
    pub fn steps(&self) -> Steps {
        self.0.get().copied().unwrap_or_default()
    }
}
