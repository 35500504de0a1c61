//! From what shall be and what is to a plan. Pure.

use std::collections::BTreeSet;

use deploy_model::{
    Address, Change, FieldChange, FieldPath, FieldRules, KeyPath, Live, Origin, Owner, PLAN_FORMAT, Place, Plan, Verb,
};
use deploy_plugin::{Blueprint, ChangedBy};
use serde_json::Value;

use crate::blueprint::{edges, with_account};
use crate::discover::Actual;
use crate::kinds::Kinds;
use crate::order::{Cycle, ordered};
use crate::schedule::schedule;
use crate::verdict::{Decisions, decide};

/// What is wanted, and for whom.
pub struct Intent<'a> {
    /// Whose resources.
    pub owner: &'a Owner,
    /// Where.
    pub place: &'a Place,
    /// The digest of the configuration.
    pub configuration: &'a str,
    /// What shall be. For a destruction it still says in which order things stand on each other.
    pub blueprint: &'a Blueprint,
    /// Whether everything goes.
    pub destroy: bool,
    /// Where a configuration key was written.
    pub origin: &'a (dyn Fn(&KeyPath) -> Option<Origin> + Sync),
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Resources stand on each other in a ring.
    #[error("these resources refer to each other in a ring: {0}")]
    Ring(Cycle<Address>),
}

/// Makes the plan that turns `actual` into what the intent wants.
///
/// # Errors
/// Where what is wanted refers to itself in a ring.
pub fn plan(intent: &Intent<'_>, actual: &Actual, kinds: &Kinds) -> Result<Plan, PlanError> {
    let blueprint = &with_account(intent.blueprint, intent.place);
    let order = ordered(&edges(blueprint)).map_err(PlanError::Ring)?;
    let kept: &[Address] = if intent.destroy { &[] } else { &order };
    let mut actual = actual.clone();
    let decisions = decide(kept, blueprint, &mut actual, kinds);
    let (actual, verdicts) = (&actual, &decisions.verdicts);
    let mut changes: Vec<Change> =
        kept.iter().filter_map(|address| change(address, &decisions, intent, actual, kinds)).collect();
    let orphans: BTreeSet<&Address> = actual.keys().filter(|address| !verdicts.contains_key(*address)).collect();
    changes.extend(orphans.iter().map(|address| destruction(&actual[*address], intent)));
    Ok(Plan {
        format: PLAN_FORMAT,
        owner: intent.owner.clone(),
        place: intent.place.clone(),
        destroy: intent.destroy,
        configuration: intent.configuration.to_owned(),
        steps: schedule(blueprint, &decisions, actual, kinds),
        unchanged: unchanged(&decisions),
        changes,
        findings: Vec::new(),
    })
}

fn unchanged(decisions: &Decisions) -> Vec<Address> {
    let same = decisions.verdicts.iter().filter(|(_, verdict)| verdict.verb.is_none());
    same.map(|(address, _)| address).filter(|address| !decisions.moves.contains_key(*address)).cloned().collect()
}

fn change(
    address: &Address,
    decisions: &Decisions,
    intent: &Intent<'_>,
    actual: &Actual,
    kinds: &Kinds,
) -> Option<Change> {
    let verdict = &decisions.verdicts[address];
    let moved = decisions.moves.get(address).map(|from| match from.is_retired() {
        true => "takes its place back".to_owned(),
        false => format!("renamed from {}", from.name()),
    });
    let verb = verdict.verb.or(moved.as_ref().map(|_| Verb::Update))?;
    let desired = &intent.blueprint.desired[address];
    let nobody = ChangedBy::new();
    let changed_by = intent.blueprint.changed_by.get(address).unwrap_or(&nobody);
    let fields = match verb {
        Verb::Create => chosen(&verdict.inputs, &kinds.of(address).rules, changed_by),
        _ => verdict.fields.clone(),
    };
    let located = |field: FieldChange| FieldChange {
        origin: (intent.origin)(&desired.source_of(&field.path)),
        changed_by: changers(changed_by, &field.path),
        ..field
    };
    Some(Change {
        address: address.clone(),
        verb,
        id: actual.get(address).map(|live| live.id.clone()),
        fields: fields.into_iter().map(located).collect(),
        origin: (intent.origin)(&desired.source),
        why: moved.into_iter().chain(verdict.why.iter().cloned()).collect(),
    })
}

/// The stages that have changed the field at `path`, something in it or what it lies in.
fn changers(changed_by: &ChangedBy, path: &FieldPath) -> Vec<String> {
    let is_about =
        |field: &FieldPath| !field.segments().is_empty() && (field.starts_with(path) || path.starts_with(field));
    let stages = changed_by.iter().filter(|(field, _)| is_about(field)).flat_map(|(_, stages)| stages);
    stages.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// The fields of a resource that is made: its inputs, one by one, and what was changed within one apart from the rest.
fn chosen(inputs: &Value, rules: &FieldRules, changed_by: &ChangedBy) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    choose(&FieldPath::root(), inputs, changed_by, &mut |path, value| {
        fields.push(FieldChange {
            sensitive: rules.hides(&path),
            path,
            before: None,
            after: Some(value.clone()),
            forces_replacement: false,
            origin: None,
            changed_by: Vec::new(),
        });
    });
    fields
}

fn choose(path: &FieldPath, value: &Value, changed_by: &ChangedBy, take: &mut impl FnMut(FieldPath, &Value)) {
    let is_inside = |field: &FieldPath| field != path && field.starts_with(path);
    let is_split = path.segments().is_empty() || changed_by.keys().any(is_inside);
    match value {
        Value::Null => {}
        Value::Object(fields) if is_split => {
            fields.iter().for_each(|(name, value)| choose(&path.child(name), value, changed_by, take));
        }
        _ => take(path.clone(), value),
    }
}

fn destruction(live: &Live, intent: &Intent<'_>) -> Change {
    let why = if intent.destroy {
        Vec::new()
    } else if live.address.is_retired() {
        vec![format!("{} has taken its place", live.address.successor())]
    } else {
        vec!["no longer in the configuration".to_owned()]
    };
    Change {
        address: live.address.clone(),
        verb: Verb::Destroy,
        id: Some(live.id.clone()),
        fields: Vec::new(),
        origin: None,
        why,
    }
}
