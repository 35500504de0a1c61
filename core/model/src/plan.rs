//! A plan: what will be done, as data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, FieldChange, Finding, Live, Origin, Owner, Place, Severity};

/// The version of the plan's own format. A saved plan of another version is refused.
pub const PLAN_FORMAT: u32 = 1;

/// Everything that a run will do, and what it rests on.
///
/// Apply does what the plan says or less, never more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this format, [`PLAN_FORMAT`].
    pub format: u32,
    /// Whose resources it is about.
    pub owner: Owner,
    /// The account and region it was made for.
    pub place: Place,
    /// Whether it takes everything down.
    pub destroy: bool,
    /// The digest of the configuration that it came from.
    pub configuration: String,
    /// One entry for each resource that changes, in rollout order.
    pub changes: Vec<Change>,
    /// What is done, in an order in which it could be done one by one.
    pub steps: Vec<Step>,
    /// The resources that are as they should be.
    pub unchanged: Vec<Address>,
    /// What the checks found.
    pub findings: Vec<Finding>,
}

/// What happens to one resource, as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The resource.
    pub address: Address,
    /// What happens to it.
    pub verb: Verb,
    /// The service's id of what is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The fields that differ. For a creation, those that were chosen; for a destruction, none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Where the configuration asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Why it must be replaced or destroyed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// It is made.
    Create,
    /// It is changed where it stands.
    Update,
    /// Its successor is made first, then it goes.
    ReplaceCreateFirst,
    /// It goes first, then its successor is made.
    ReplaceDeleteFirst,
    /// It goes.
    Destroy,
}

impl Verb {
    /// Whether something that exists is lost.
    pub fn is_destructive(self) -> bool {
        matches!(self, Self::ReplaceCreateFirst | Self::ReplaceDeleteFirst | Self::Destroy)
    }

    /// Whether the resource is replaced, in either order.
    pub fn is_replacement(self) -> bool {
        matches!(self, Self::ReplaceCreateFirst | Self::ReplaceDeleteFirst)
    }
}

/// The number of a step within its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub u32);

/// One thing that is done to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// The resource.
    pub address: Address,
    /// What is done.
    pub action: Action,
    /// The steps that must have succeeded before.
    pub after: Vec<StepId>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Make it. References in the inputs are to resources that earlier steps make or change.
    Create {
        /// What it shall be.
        inputs: Value,
    },
    /// Change it where it stands.
    Update {
        /// What is there.
        live: Live,
        /// What it shall be.
        inputs: Value,
        /// What differs.
        fields: Vec<FieldChange>,
    },
    /// Give it the address under which it waits to be deleted, so that its successor can have its own.
    Retire {
        /// What is there.
        live: Live,
        /// The address it gets.
        to: Address,
    },
    /// Delete it.
    Delete {
        /// What is there.
        live: Live,
    },
}

impl Action {
    /// What is done, in a word: `create`, `update`, `retire` or `delete`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::Retire { .. } => "retire",
            Self::Delete { .. } => "delete",
        }
    }
}

/// How many resources a plan creates, updates, replaces, destroys, leaves, and how many are blocked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Resources that are made.
    pub create: usize,
    /// Resources that are changed where they stand.
    pub update: usize,
    /// Resources that are replaced.
    pub replace: usize,
    /// Resources that go.
    pub destroy: usize,
    /// Resources that stay as they are.
    pub unchanged: usize,
    /// Resources that stand in the way of the whole plan.
    pub blocked: usize,
}

impl Plan {
    /// Whether there is nothing to do and nothing in the way.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.is_blocked()
    }

    /// Whether something must be put right before the plan can be applied.
    pub fn is_blocked(&self) -> bool {
        self.blocks().next().is_some()
    }

    /// The findings that stand in the way.
    pub fn blocks(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Blocked)
    }

    /// Whether the resource at `address` is named by a finding that blocks.
    pub fn blocks_at(&self, address: &Address) -> bool {
        self.blocks().any(|finding| &finding.address == address)
    }

    /// Whether something that exists is lost.
    pub fn is_destructive(&self) -> bool {
        self.changes.iter().any(|change| change.verb.is_destructive())
    }

    /// The plan in numbers. A resource that is blocked is counted as that and nothing else.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { unchanged: self.unchanged.len(), ..Counts::default() };
        let mut blocked: Vec<&Address> = self.blocks().map(|finding| &finding.address).collect();
        blocked.sort();
        blocked.dedup();
        counts.blocked = blocked.len();
        counts.unchanged -= self.unchanged.iter().filter(|address| blocked.binary_search(address).is_ok()).count();
        for change in &self.changes {
            if blocked.binary_search(&&change.address).is_ok() {
                continue;
            }
            match change.verb {
                Verb::Create => counts.create += 1,
                Verb::Update => counts.update += 1,
                Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst => counts.replace += 1,
                Verb::Destroy => counts.destroy += 1,
            }
        }
        counts
    }
}
