//! What the last run may have left behind, for a look at it that comes so soon that reads may not show it yet.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Action, Address, Plan};
use serde::{Deserialize, Serialize};

use crate::apply::Report;
use crate::discover::Actual;

/// What reads must show before they are believed, because it was written a moment ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aftermath {
    /// What is known of the last run.
    Known {
        /// What was left or made, with the service's id where the run has seen it.
        there: BTreeMap<Address, Option<String>>,
        /// What was deleted.
        gone: BTreeSet<Address>,
    },
    /// Nobody knows: something may have been done that no answer has told of, or whoever was at work here did not say.
    Unknown,
}

impl Aftermath {
    /// Nothing was written of late.
    pub const fn settled() -> Self {
        Self::Known { there: BTreeMap::new(), gone: BTreeSet::new() }
    }

    /// What may be there once a plan was begun, however far it got: all that was there and all that it makes. How much of
    /// anything else was done cannot be seen from addresses.
    pub fn of_begun(plan: &Plan) -> Self {
        if !plan.steps.iter().all(|step| matches!(step.action, Action::Create { .. })) {
            return Self::Unknown;
        }
        let made = plan.steps.iter().map(|step| &step.address);
        let there = plan.unchanged.iter().chain(made).map(|address| (address.clone(), None)).collect();
        Self::Known { there, gone: BTreeSet::new() }
    }

    /// What is there once a plan has ended: all that was left as it is, changed, set aside or made.
    pub fn of_ended(plan: &Plan, report: &Report) -> Self {
        if report.failed.iter().any(|failure| failure.fault.is_unanswered()) {
            return Self::Unknown;
        }
        let mut there: BTreeMap<Address, Option<String>> =
            plan.unchanged.iter().map(|address| (address.clone(), None)).collect();
        let mut gone = BTreeSet::new();
        for step in &plan.steps {
            match (&step.action, report.done.contains(&step.id)) {
                (Action::Create { .. }, false) => {}
                (Action::Create { .. } | Action::Update { .. }, true) => {
                    there.insert(step.address.clone(), report.ids.get(&step.id).cloned());
                }
                (Action::Retire { live, to }, true) => {
                    there.insert(to.clone(), Some(live.id.clone()));
                    gone.insert(step.address.clone());
                }
                (Action::Delete { .. }, true) => {
                    there.remove(&step.address);
                    gone.insert(step.address.clone());
                }
                (Action::Update { live, .. } | Action::Retire { live, .. } | Action::Delete { live }, false) => {
                    there.insert(live.address.clone(), Some(live.id.clone()));
                }
            }
        }
        gone.retain(|address| !there.contains_key(address));
        Self::Known { there, gone }
    }

    /// How many resources a look has not shown as the last run has left them; nothing where nobody knows.
    pub(crate) fn unseen(&self, shown: &Actual) -> Option<usize> {
        match self {
            Self::Known { there, gone } => {
                let is_shown = |address: &Address, id: &Option<String>| {
                    shown.get(address).is_some_and(|live| id.as_ref().is_none_or(|id| *id == live.id))
                };
                let missing = there.iter().filter(|(address, id)| !is_shown(address, id));
                let left = gone.iter().filter(|address| shown.contains_key(*address));
                Some(missing.count() + left.count())
            }
            Self::Unknown => None,
        }
    }
}
