//! What the last run may have left behind, for a look at it that comes so soon that reads may not show it yet.

use std::collections::{BTreeMap, BTreeSet};

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
        /// What was left or made, with the service's id where the run has seen it.
        there: BTreeMap<Address, Option<String>>,
        /// What was deleted.
        gone: BTreeSet<Address>,
        /// Whether something may have been done besides, of which nobody knows.
        is_open: bool,
    },
    /// Nobody knows anything: whoever was at work here did not say.
    Unknown,
}

impl Aftermath {
    /// Nothing was written of late.
    pub const fn settled() -> Self {
        Self::Known { there: BTreeMap::new(), gone: BTreeSet::new(), is_open: false }
    }

    /// What may be there once a plan was begun, however far it got: all that was there and all that it makes. How much of
    /// what it changes was changed cannot be seen from addresses.
    pub fn of_begun(plan: &Plan) -> Self {
        let touched = plan.steps.iter().map(|step| &step.address);
        let there = plan.unchanged.iter().chain(touched).map(|address| (address.clone(), None)).collect();
        let is_creation = |step: &Step| matches!(step.action, Action::Create { .. });
        Self::Known { there, gone: BTreeSet::new(), is_open: !plan.steps.iter().all(is_creation) }
    }

    /// What is there once a plan has ended: all that was left as it is, changed, set aside or made.
    pub fn of_ended(plan: &Plan, report: &Report) -> Self {
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
        let is_open = report.failed.iter().any(|failure| failure.fault.is_unanswered());
        Self::Known { there, gone, is_open }
    }

    /// How many resources a look has not shown as the last run has left them; nothing where nobody knows.
    pub(crate) fn unseen(&self, shown: &Actual) -> Option<usize> {
        match self {
            Self::Known { there, gone, is_open: false } => {
                let is_shown = |address: &Address, id: &Option<String>| {
                    shown.get(address).is_some_and(|live| id.as_ref().is_none_or(|id| *id == live.id))
                };
                let missing = there.iter().filter(|(address, id)| !is_shown(address, id));
                let left = gone.iter().filter(|address| shown.contains_key(*address));
                Some(missing.count() + left.count())
            }
            Self::Known { is_open: true, .. } | Self::Unknown => None,
        }
    }
}
