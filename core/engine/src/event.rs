//! What a run says while it goes on. Progress bars, plain lines, JSON lines and tests all listen to this.

use deploy_model::{Address, Fault, KindName, StepId};
use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The listings are under way.
    DiscoveryStarted {
        /// How many kinds are asked.
        kinds: usize,
    },
    /// What was written a moment ago is not shown yet: it is looked again.
    DiscoveryRepeated {
        /// How many resources the last run had, or may have made, that were not seen yet; nothing where nobody knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unseen: Option<usize>,
    },
    /// One kind has answered.
    Discovered {
        /// The kind.
        kind: KindName,
        /// How many resources it found.
        count: usize,
    },
    /// A step has begun.
    StepStarted {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// What is done: `create`, `update`, `retire` or `delete`.
        action: String,
    },
    /// A step says what it is waiting for.
    StepProgress {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// In a few words.
        message: String,
    },
    /// A step says the id of what it is making, before the service has answered.
    StepCheckpoint {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// The service's id of the resource.
        resource: String,
    },
    /// A step was refused for now and will be tried again.
    StepRetried {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// What stood in the way.
        fault: Fault,
    },
    /// A step has succeeded.
    StepFinished {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// The service's id of the resource, where there is one now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resource: Option<String>,
    },
    /// A step has failed for good.
    StepFailed {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// Why.
        fault: Fault,
    },
    /// What was made twice, because an answer was lost, is there once again.
    TwinDeleted {
        /// The resource that was to be made.
        address: Address,
        /// The service's id of the twin, which is gone.
        resource: String,
    },
    /// A step was not begun.
    StepSkipped {
        /// The step.
        id: StepId,
        /// Its resource.
        address: Address,
        /// The resource it waits for, or nothing where the user stopped the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<Address>,
    },
}

/// Listens to a run.
pub trait Observer: Send + Sync {
    /// Hears one event. Called from the run itself, so it must be quick.
    fn observe(&self, event: &Event);
}

impl<F: Fn(&Event) + Send + Sync> Observer for F {
    fn observe(&self, event: &Event) {
        self(event);
    }
}
