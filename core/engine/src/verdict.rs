//! What becomes of each desired resource: nothing, creation, an update, a replacement in one of two orders.

use std::collections::BTreeMap;

use deploy_model::{Address, Desired, FieldChange, KeyPath, Live, Reference, Unique, Verb};
use deploy_plugin::Blueprint;
use ipnet::IpNet;
use serde_json::Value;

use crate::diff::diff;
use crate::discover::Actual;
use crate::kinds::{Kinds, Known};
use crate::resolve::{each_reference, resolve};

/// The decision on one desired resource.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What happens; nothing where it is as it should be.
    pub verb: Option<Verb>,
    /// Its inputs, with everything that is known by now in place.
    pub inputs: Value,
    /// What differs.
    pub fields: Vec<FieldChange>,
    /// Why it is replaced.
    pub why: Vec<String>,
}

/// Decides on every resource, dependencies first.
pub fn decide(order: &[Address], blueprint: &Blueprint, actual: &Actual, kinds: &Kinds) -> BTreeMap<Address, Verdict> {
    let mut verdicts = BTreeMap::new();
    for address in order {
        let desired = &blueprint.desired[address];
        let known = |reference: &Reference| known_output(reference, blueprint, actual, kinds, &verdicts);
        let inputs = resolve(&desired.inputs, &known);
        let verdict = match actual.get(address) {
            None => Verdict { verb: Some(Verb::Create), inputs, fields: Vec::new(), why: Vec::new() },
            Some(live) => compare(desired, live, inputs, kinds.of(address), &verdicts),
        };
        verdicts.insert(address.clone(), verdict);
    }
    verdicts
}

/// The value of an output, if the plan itself will not change it.
fn known_output(
    reference: &Reference,
    blueprint: &Blueprint,
    actual: &Actual,
    kinds: &Kinds,
    verdicts: &BTreeMap<Address, Verdict>,
) -> Option<Value> {
    if let Some(given) = blueprint.given.get(&reference.address) {
        return given.outputs.get(&reference.output).cloned();
    }
    let stays = match verdicts.get(&reference.address)?.verb {
        None => true,
        Some(Verb::Update) => !kinds.of(&reference.address).volatile_outputs.contains(&reference.output),
        Some(_) => false,
    };
    if stays { actual.get(&reference.address)?.output(&reference.output).cloned() } else { None }
}

fn compare(
    desired: &Desired,
    live: &Live,
    inputs: Value,
    known: &Known,
    verdicts: &BTreeMap<Address, Verdict>,
) -> Verdict {
    let fields = diff(&live.inputs, &inputs, &known.rules);
    let mut why: Vec<String> = fields.iter().filter(|field| field.forces_replacement).map(reason).collect();
    let released = must_let_go(desired, known, verdicts);
    let verb = if !released.is_empty() {
        why.extend(released);
        Some(Verb::ReplaceDeleteFirst)
    } else if !why.is_empty() {
        let first = known.description.can_retire && !collides(&live.inputs, &inputs, known);
        Some(if first { Verb::ReplaceCreateFirst } else { Verb::ReplaceDeleteFirst })
    } else if fields.is_empty() {
        None
    } else {
        Some(Verb::Update)
    };
    Verdict { verb, inputs, fields, why }
}

fn reason(field: &FieldChange) -> String {
    format!("{} cannot change in place", field.path)
}

/// Why the resource must go before another one can be replaced: that one is deleted first, and this
/// one holds it, or cannot be moved to its successor.
fn must_let_go(desired: &Desired, known: &Known, verdicts: &BTreeMap<Address, Verdict>) -> Vec<String> {
    let mut why = Vec::new();
    each_reference(&desired.inputs, &mut Vec::new(), &mut |path, reference| {
        let flags = known.rules.at(&KeyPath::of(path.iter().cloned()));
        let goes_first =
            verdicts.get(&reference.address).is_some_and(|target| target.verb == Some(Verb::ReplaceDeleteFirst));
        let line = format!("holds {}, which must go before its successor is made", reference.address);
        if goes_first && (flags.holds || flags.force_new) && !why.contains(&line) {
            why.push(line);
        }
    });
    why
}

/// Whether old and new cannot live side by side: they agree in every field that must differ.
fn collides(old: &Value, new: &Value, known: &Known) -> bool {
    let mut unique = known.rules.unique_fields().peekable();
    unique.peek().is_some() && unique.all(|(field, how)| agree(&old[field], &new[field], how))
}

fn agree(old: &Value, new: &Value, how: Unique) -> bool {
    if old == new {
        return true;
    }
    let range = |value: &Value| value.as_str().and_then(|text| text.parse::<IpNet>().ok());
    match (how, range(old), range(new)) {
        (Unique::Cidr, Some(old), Some(new)) => old.contains(&new) || new.contains(&old),
        _ => false,
    }
}
