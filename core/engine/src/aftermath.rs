//! What the last run may have left behind, for a look at it that comes so soon that reads may not show it yet.

use std::collections::BTreeSet;

use deploy_model::{Action, Address, Plan, Step};
use serde::{Deserialize, Serialize};

use crate::apply::Report;
use crate::discover::Actual;

/// What reads must show before they are believed, because it was written a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aftermath {
    /// What is known of the last run.
    Known {
        /// What was left or made, of which some may never have been.
        there: BTreeSet<Address>,
        /// What was deleted.
        gone: BTreeSet<Address>,
    },
    /// Nobody knows: whoever was at work here did not say.
    Unknown,
}

impl Aftermath {
    /// Nothing was written of late.
    pub const fn settled() -> Self {
        Self::Known { there: BTreeSet::new(), gone: BTreeSet::new() }
    }

    /// What may be there once a plan was begun, however far it got: all that was there and all that it makes.
    pub fn of_begun(plan: &Plan) -> Self {
        let touched = plan.steps.iter().map(|step| &step.address);
        Self::Known { there: plan.unchanged.iter().chain(touched).cloned().collect(), gone: BTreeSet::new() }
    }

    /// What is there once a plan has ended: all that was left as it is or changed, and all that was made or may have been.
    pub fn of_ended(plan: &Plan, report: &Report) -> Self {
        let is_done = |step: &Step| report.done.contains(&step.id);
        let is_doubtful = |step: &Step| {
            report.failed.iter().any(|failure| failure.address == step.address && failure.fault.is_unanswered())
        };
        let is_there = |step: &&Step| match step.action {
            Action::Create { .. } => is_done(step) || is_doubtful(step),
            Action::Update { .. } => true,
            Action::Retire { .. } | Action::Delete { .. } => false,
        };
        let is_gone =
            |step: &&Step| matches!(step.action, Action::Retire { .. } | Action::Delete { .. }) && is_done(step);
        let address = |step: &Step| step.address.clone();
        let made = plan.steps.iter().filter(is_there).map(address);
        let there: BTreeSet<Address> = plan.unchanged.iter().cloned().chain(made).collect();
        let gone = plan.steps.iter().filter(is_gone).map(address).filter(|address| !there.contains(address)).collect();
        Self::Known { there, gone }
    }

    /// How many resources are not shown as the last run has left them, where anybody knows. `seen` is what any look has
    /// shown, `last` what the last one has.
    pub(crate) fn unseen(&self, seen: &Actual, last: &Actual) -> Option<usize> {
        match self {
            Self::Known { there, gone } => {
                let missing = there.iter().filter(|address| !seen.contains_key(*address));
                let left = gone.iter().filter(|address| last.contains_key(*address));
                Some(missing.count() + left.count())
            }
            Self::Unknown => None,
        }
    }

    pub(crate) fn expects(&self, address: &Address) -> bool {
        match self {
            Self::Known { there, .. } => there.contains(address),
            Self::Unknown => true,
        }
    }
}
