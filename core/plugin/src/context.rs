//! What an operation is told about the run it is part of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deploy_model::Owner;

/// What an operation says while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// What it is waiting for, in a few words.
    Progress(&'a str),
    /// The service's id of what it is about to have made, before the call that makes it has come back.
    Checkpoint(&'a str),
}

/// Hears what an operation says.
pub type Listener = Arc<dyn Fn(Said<'_>) + Send + Sync>;

/// The run around one operation: whose resources, which attempt, and a way to speak.
#[derive(Clone)]
pub struct Context {
    owner: Owner,
    operation: String,
    attempt: u32,
    listener: Listener,
    cancelled: Arc<AtomicBool>,
}

impl Context {
    /// The context of the first attempt at an operation. `operation` is the same for every attempt at it, and serves
    /// as the client token where the service has one.
    pub fn new(owner: Owner, operation: String, listener: Listener, cancelled: Arc<AtomicBool>) -> Self {
        Self { owner, operation, attempt: 1, listener, cancelled }
    }

    /// A context in which nobody listens: for tests and one-off reads.
    pub fn quiet(owner: Owner) -> Self {
        Self::new(owner, "read".to_owned(), Arc::new(|_| ()), Arc::default())
    }

    /// The same operation's attempt number `attempt`, counted from 1.
    #[must_use]
    pub fn attempt_number(&self, attempt: u32) -> Self {
        Self { attempt, ..self.clone() }
    }

    /// Whose resources these are.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The id of the operation, stable over its attempts: at most 64 characters of `[0-9a-z-]`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Which attempt at the operation this is, counted from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Says what the operation is waiting for.
    pub fn progress(&self, words: &str) {
        (self.listener)(Said::Progress(words));
    }

    /// Says the id of what is being made, to be remembered even if the operation never comes back.
    pub fn checkpoint(&self, id: &str) {
        (self.listener)(Said::Checkpoint(id));
    }

    /// Whether the user has asked the run to stop: finish the call in flight, wait for nothing more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Who hears what the operation says, for whoever passes it on.
    pub fn listener(&self) -> &Listener {
        &self.listener
    }

    /// The flag behind [`Context::is_cancelled`], for whoever passes it on.
    pub fn cancellation(&self) -> &Arc<AtomicBool> {
        &self.cancelled
    }
}
