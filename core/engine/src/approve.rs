//! Approval: the only way from a plan to something that can be applied.

use deploy_model::{Plan, Verb};

/// A plan that somebody has agreed to. There is no other way to make one than [`approve`].
#[derive(Debug)]
pub struct ApprovedPlan(Plan);

impl ApprovedPlan {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}

/// How much a plan puts at stake, and so how it must be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stakes {
    /// Nothing changes.
    Nothing,
    /// Something is made or changed: yes or no.
    Ordinary,
    /// Something that exists is lost, or the environment is production: the environment's name.
    High,
}

/// How a plan was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Somebody answered yes, or `--yes` was given.
    Yes,
    /// Somebody typed the environment's name, gave `--yes --allow-destroy`, or hands in a saved plan.
    Named,
}

/// Why a plan cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A check stands in the way.
    #[error("the plan is blocked by {0} finding(s)")]
    Blocked(usize),
    /// The environment is protected against losing anything.
    #[error("the environment is protected, and the plan would lose {}", .0.join(", "))]
    Protected(Vec<String>),
    /// More is at stake than was agreed to.
    #[error("the plan puts more at stake than was agreed to")]
    NotEnough,
}

impl Stakes {
    /// What a plan puts at stake.
    pub fn of(plan: &Plan, production: bool) -> Self {
        if plan.changes.is_empty() {
            Self::Nothing
        } else if plan.is_destructive() || production {
            Self::High
        } else {
            Self::Ordinary
        }
    }
}

/// Whether the plan may be applied at all, whoever agrees to it.
///
/// # Errors
/// Where a check blocks it, or it would lose something in a protected environment.
pub fn applicable(plan: &Plan, protected: bool) -> Result<(), Refusal> {
    let blocks = plan.blocks().count();
    if blocks > 0 {
        return Err(Refusal::Blocked(blocks));
    }
    let lost = plan.changes.iter().filter(|change| change.verb.is_replacement() || change.verb == Verb::Destroy);
    let lost: Vec<String> = lost.map(|change| change.address.to_string()).collect();
    if protected && !lost.is_empty() { Err(Refusal::Protected(lost)) } else { Ok(()) }
}

/// Turns a plan into one that can be applied.
///
/// # Errors
/// Where it is not [`applicable`], or the approval does not match what is at stake.
pub fn approve(plan: Plan, stakes: Stakes, protected: bool, approval: Approval) -> Result<ApprovedPlan, Refusal> {
    applicable(&plan, protected)?;
    match (stakes, approval) {
        (Stakes::High, Approval::Yes) => Err(Refusal::NotEnough),
        _ => Ok(ApprovedPlan(plan)),
    }
}
