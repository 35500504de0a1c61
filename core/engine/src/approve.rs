//! Approval: the only way from a plan to something that can be applied.

use deploy_model::owner::{PROTECTED, PROTECTION_TAG};
use deploy_model::{Action, Address, Plan, Step, Verb};

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
    #[error("the plan is blocked by {}", counted(*.0))]
    Blocked(usize),
    /// What would be lost is tagged as protected, whatever the files say by now.
    #[error("the plan would lose what is tagged `{PROTECTION_TAG}`: {}", .0.join(", "))]
    Tagged(Vec<String>),
    /// The environment is protected against losing anything.
    #[error("the environment is protected, and the plan would lose {}", .0.join(", "))]
    Protected(Vec<String>),
    /// More is at stake than was agreed to.
    #[error("the plan puts more at stake than was agreed to")]
    NotEnough,
}

fn counted(findings: usize) -> String {
    if findings == 1 { "a finding".to_owned() } else { format!("{findings} findings") }
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
/// Where a check blocks it, or it would lose something that is protected, by the files or by its own tag.
pub fn applicable(plan: &Plan, protected: bool) -> Result<(), Refusal> {
    let blocks = plan.blocks().count();
    if blocks > 0 {
        return Err(Refusal::Blocked(blocks));
    }
    let lost = plan.changes.iter().filter(|change| change.verb.is_replacement() || change.verb == Verb::Destroy);
    let lost: Vec<String> = lost.map(|change| change.address.to_string()).collect();
    if protected && !lost.is_empty() {
        return Err(Refusal::Protected(lost));
    }
    let tagged: Vec<String> = plan.steps.iter().filter_map(protected_by_tag).map(Address::to_string).collect();
    if tagged.is_empty() { Ok(()) } else { Err(Refusal::Tagged(tagged)) }
}

/// The resource that a step would delete in spite of its tag.
fn protected_by_tag(step: &Step) -> Option<&Address> {
    let Action::Delete { live } = &step.action else { return None };
    let tag = live.inputs.get("tags").and_then(|tags| tags.get(PROTECTION_TAG));
    tag.is_some_and(|value| value == PROTECTED).then_some(&step.address)
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

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_model::{Change, Finding, Owner, PLAN_FORMAT, Place};

    fn plan(verbs: &[Verb], findings: Vec<Finding>) -> Plan {
        let change = |(index, verb): (usize, &Verb)| Change {
            address: format!("fake.base.b{index}").parse().expect("an address"),
            verb: *verb,
            id: None,
            fields: Vec::new(),
            origin: None,
            why: Vec::new(),
        };
        Plan {
            format: PLAN_FORMAT,
            owner: Owner { application: "shop".into(), environment: "dev".into() },
            place: Place { account: "1".into(), region: "r".into(), partition: "aws".into(), local: true },
            destroy: false,
            configuration: String::new(),
            changes: verbs.iter().enumerate().map(change).collect(),
            steps: Vec::new(),
            unchanged: Vec::new(),
            findings,
        }
    }

    #[test]
    fn stakes_rise_with_what_can_be_lost() {
        assert_eq!(Stakes::of(&plan(&[], vec![]), true), Stakes::Nothing);
        assert_eq!(Stakes::of(&plan(&[Verb::Create, Verb::Update], vec![]), false), Stakes::Ordinary);
        assert_eq!(Stakes::of(&plan(&[Verb::Create], vec![]), true), Stakes::High);
        for verb in [Verb::Destroy, Verb::ReplaceCreateFirst, Verb::ReplaceDeleteFirst] {
            assert_eq!(Stakes::of(&plan(&[verb], vec![]), false), Stakes::High);
        }
    }

    #[test]
    fn a_yes_is_not_enough_where_much_is_at_stake() {
        let refusal = approve(plan(&[Verb::Destroy], vec![]), Stakes::High, false, Approval::Yes).err();
        assert_eq!(refusal, Some(Refusal::NotEnough));
        assert!(approve(plan(&[Verb::Destroy], vec![]), Stakes::High, false, Approval::Named).is_ok());
    }

    #[test]
    fn protection_and_findings_are_stronger_than_any_approval() {
        let protected = approve(plan(&[Verb::Create, Verb::Destroy], vec![]), Stakes::High, true, Approval::Named);
        assert_eq!(protected.err(), Some(Refusal::Protected(vec!["fake.base.b1".into()])));
        let finding = Finding::blocked("fake.base.b0".parse().expect("an address"), "has no value");
        let blocked = approve(plan(&[Verb::Create], vec![finding]), Stakes::Ordinary, false, Approval::Named);
        assert_eq!(blocked.err(), Some(Refusal::Blocked(1)));
    }
}
