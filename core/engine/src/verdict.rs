//! What becomes of each desired resource: nothing, creation, an update, a replacement in one of two orders.
//!
//! A resource that is new by its address may stand there already under one that left the configuration:
//! a subnet whose key was renamed keeps its range, and no second one can be made beside it. It is taken
//! over under the new address. So is one that was retired by a replacement which is now taken back.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, FieldChange, Live, Reference, Verb};
use deploy_plugin::Blueprint;
use serde_json::Value;

use crate::blueprint::edges;
use crate::diff::diff;
use crate::discover::Actual;
use crate::kinds::{Kinds, Known};
use crate::order::Edges;
use crate::resolve::resolve;
use crate::standing::{Outputs, each_standing, stands_on};
use crate::unique::{collides, in_the_way};

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

/// The decisions on all resources.
#[derive(Debug, Default)]
pub struct Decisions {
    /// On each that is desired.
    pub verdicts: BTreeMap<Address, Verdict>,
    /// The live resources that get another address: the new one, and the one under which they were found.
    pub moves: BTreeMap<Address, Address>,
}

impl Verdict {
    fn new(verb: Option<Verb>, inputs: Value) -> Self {
        Self { verb, inputs, fields: Vec::new(), why: Vec::new() }
    }

    /// Whether something is made at the address, beside what stands there or in its place.
    pub fn makes_anew(&self) -> bool {
        matches!(self.verb, Some(Verb::Create | Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst))
    }

    /// The live resources that must be gone before something is made at `address`, which this is the verdict on.
    pub fn displaced<'a>(
        &'a self,
        address: &'a Address,
        actual: &'a Actual,
        known: &'a Known,
    ) -> BTreeSet<&'a Address> {
        if !self.makes_anew() {
            return BTreeSet::new();
        }
        let own = (self.verb == Some(Verb::ReplaceDeleteFirst)).then_some(address);
        in_the_way(address, &self.inputs, actual, known).chain(own).collect()
    }
}

/// Decides on every resource, dependencies first. What gets another address stands under that one in
/// `actual` afterwards.
pub fn decide(order: &[Address], blueprint: &Blueprint, actual: &mut Actual, kinds: &Kinds) -> Decisions {
    let wanted: BTreeSet<&Address> = order.iter().collect();
    let orphans = actual.keys().filter(|address| !wanted.contains(address)).cloned().collect();
    let rollout = edges(blueprint);
    let (leaving, decisions) = (Vec::new(), Decisions::default());
    let mut court = Court { blueprint, kinds, rollout, actual, orphans, leaving, decisions };
    for address in order {
        let verdict = court.judge(address);
        court.note_leaving(address, &verdict);
        court.decisions.verdicts.insert(address.clone(), verdict);
    }
    court.decisions
}

/// Everything that a decision rests on.
struct Court<'a> {
    blueprint: &'a Blueprint,
    kinds: &'a Kinds,
    rollout: Edges<Address>,
    actual: &'a mut Actual,
    /// What stands under addresses that nothing has any more.
    orphans: Vec<Address>,
    leaving: Vec<Leaving>,
    decisions: Decisions,
}

/// A live resource that must be gone before another one is made.
struct Leaving {
    live: Live,
    before: Address,
}

impl Court<'_> {
    fn judge(&mut self, address: &Address) -> Verdict {
        let desired = &self.blueprint.desired[address];
        let verdicts = &self.decisions.verdicts;
        let known = |reference: &Reference| known_output(reference, self.blueprint, self.actual, self.kinds, verdicts);
        let inputs = resolve(&desired.inputs, &known);
        if let Some(live) = self.actual.get(address) {
            let verdict = self.compare(live, inputs.clone());
            if !verdict.makes_anew() || self.fitting_orphan(address, &inputs).is_none() {
                return verdict;
            }
            self.relocate(address, &address.retire(&live.id.clone()));
        }
        match self.fitting_orphan(address, &inputs) {
            None => Verdict::new(Some(Verb::Create), inputs),
            Some(orphan) => {
                let orphan = self.orphans.remove(orphan);
                self.relocate(&orphan, address);
                self.compare(&self.actual[address], inputs)
            }
        }
    }

    /// The orphan that is what is wanted at an address: it is in the way of any other, or it was set aside from
    /// this very address and needs no successor.
    fn fitting_orphan(&self, address: &Address, inputs: &Value) -> Option<usize> {
        let known = self.kinds.of(address);
        let was_here = |orphan: &Address| {
            let fields = || diff(&self.actual[orphan].inputs, inputs, &known.rules);
            orphan.successor() == *address && !fields().iter().any(|field| field.forces_replacement)
        };
        let fits = |orphan: &Address| {
            let same_kind = orphan.kind() == address.kind();
            same_kind && (collides(&self.actual[orphan].inputs, inputs, known) || was_here(orphan))
        };
        self.orphans.iter().position(|orphan| known.description.can_retire && fits(orphan))
    }

    fn relocate(&mut self, from: &Address, to: &Address) {
        let live = self.actual.remove(from).expect("only what is there is moved");
        self.actual.insert(to.clone(), Live { address: to.clone(), ..live });
        self.decisions.moves.insert(to.clone(), from.clone());
    }

    fn compare(&self, live: &Live, inputs: Value) -> Verdict {
        let known = self.kinds.of(&live.address);
        let fields = diff(&live.inputs, &inputs, &known.rules);
        let mut why: Vec<String> = fields.iter().filter(|field| field.forces_replacement).map(reason).collect();
        let released = self.must_let_go(live, known);
        let verb = if !released.is_empty() {
            why.extend(released);
            Some(Verb::ReplaceDeleteFirst)
        } else if !why.is_empty() {
            let is_free = in_the_way(&live.address, &inputs, self.actual, known).next().is_none();
            let first = known.description.can_retire && is_free;
            Some(if first { Verb::ReplaceCreateFirst } else { Verb::ReplaceDeleteFirst })
        } else if fields.is_empty() {
            None
        } else {
            Some(Verb::Update)
        };
        Verdict { fields, why, ..Verdict::new(verb, inputs) }
    }

    /// Remembers what must go before a new resource is made.
    fn note_leaving(&mut self, address: &Address, verdict: &Verdict) {
        let displaced = verdict.displaced(address, self.actual, self.kinds.of(address)).into_iter();
        let leaving = displaced.map(|gone| Leaving { live: self.actual[gone].clone(), before: address.clone() });
        self.leaving.extend(leaving);
    }

    /// Why a resource must go, and not only change: it holds what must be gone before something is made
    /// that it stands on.
    fn must_let_go(&self, live: &Live, known: &Known) -> Vec<String> {
        let outputs = Outputs::of(self.leaving.iter().map(|leaving| &leaving.live));
        let mut held = BTreeSet::new();
        each_standing(live, known, &outputs, &mut |target, flags| {
            if flags.holds || flags.force_new {
                held.insert(target.clone());
            }
        });
        let mut why = Vec::new();
        for leaving in self.leaving.iter().filter(|leaving| held.contains(&leaving.live.address)) {
            let line = match leaving.before == leaving.live.address {
                true => format!("holds {}, which must go before its successor is made", leaving.before),
                false => format!("holds {}, which must go before {} is made", leaving.live.address, leaving.before),
            };
            if stands_on(&self.rollout, &live.address, &leaving.before) && !why.contains(&line) {
                why.push(line);
            }
        }
        why
    }
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

fn reason(field: &FieldChange) -> String {
    format!("{} cannot change in place", field.path)
}
