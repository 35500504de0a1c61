//! What an operation is told about the run it is part of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deploy_model::Owner;

/// Receives what an operation is waiting for, in a few words.
pub type Progress = Arc<dyn Fn(&str) + Send + Sync>;

/// The run around one operation: whose resources, which attempt, and a way to speak.
#[derive(Clone)]
pub struct Context {
    owner: Owner,
    operation: String,
    progress: Progress,
    cancelled: Arc<AtomicBool>,
}

impl Context {
    /// The context of one operation. `operation` is the same for every attempt at it, and serves as
    /// the client token where the service has one.
    pub fn new(owner: Owner, operation: String, progress: Progress, cancelled: Arc<AtomicBool>) -> Self {
        Self { owner, operation, progress, cancelled }
    }

    /// A context in which nobody listens: for tests and one-off reads.
    pub fn quiet(owner: Owner) -> Self {
        Self::new(owner, "read".to_owned(), Arc::new(|_| ()), Arc::default())
    }

    /// Whose resources these are.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The id of the operation, stable over its attempts: at most 64 characters of `[0-9a-z-]`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Says what the operation is waiting for.
    pub fn progress(&self, words: &str) {
        (self.progress)(words);
    }

    /// Whether the user has asked the run to stop: finish the call in flight, wait for nothing more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}
