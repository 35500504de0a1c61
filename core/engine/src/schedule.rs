//! From verdicts to steps: who waits for whom, in rollout and in deletion.
//!
//! What is made or changed waits for what it refers to. What is deleted waits for everything that
//! still refers to it: by its live inputs (`x-refers`), not by a configuration that may be gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use deploy_model::{Action, Address, Step, StepId, Verb};
use deploy_plugin::Blueprint;

use crate::blueprint::edges;
use crate::discover::Actual;
use crate::kinds::Kinds;
use crate::order::{Edges, ordered};
use crate::standing::{Outputs, each_standing, stands_on};
use crate::verdict::{Decisions, Verdict};

/// The part that a step plays for its resource. A resource has at most one step of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Retire,
    Make,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    address: Address,
    part: Part,
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.address, self.part)
    }
}

/// The steps that carry the verdicts out and delete everything that has none, in a possible order.
pub fn schedule(blueprint: &Blueprint, decisions: &Decisions, actual: &Actual, kinds: &Kinds) -> Vec<Step> {
    let verdicts = &decisions.verdicts;
    let mut waits = nodes(decisions, actual);
    rollout_edges(&mut waits, blueprint, verdicts);
    let room = make_room(&mut waits, verdicts, actual, kinds);
    deletion_edges(&mut waits, blueprint, verdicts, actual, kinds, &room);
    let order = ordered(&waits).unwrap_or_else(|_| without_rings(&mut waits));
    let ids: BTreeMap<&Node, StepId> = order.iter().zip((1..).map(StepId)).collect();
    let step = |node: &Node| Step {
        id: ids[node],
        address: node.address.clone(),
        action: action(node, decisions, actual),
        after: waits[node].iter().filter_map(|other| ids.get(other)).copied().collect(),
    };
    order.iter().map(step).collect()
}

fn nodes(decisions: &Decisions, actual: &Actual) -> Edges<Node> {
    let Decisions { verdicts, moves } = decisions;
    let mut waits = Edges::new();
    let mut add = |address: &Address, part, after: &[Part]| {
        let node = |part| Node { address: address.clone(), part };
        let moved = moves.contains_key(address).then_some(Part::Retire);
        waits.insert(node(part), after.iter().copied().chain(moved).map(node).collect());
    };
    for (address, verdict) in verdicts {
        match verdict.verb {
            None | Some(Verb::Destroy) => {}
            Some(Verb::Create | Verb::Update) => add(address, Part::Make, &[]),
            Some(Verb::ReplaceCreateFirst) => {
                add(address, Part::Retire, &[]);
                add(address, Part::Make, &[Part::Retire]);
                add(address, Part::Delete, &[Part::Make]);
            }
            Some(Verb::ReplaceDeleteFirst) => {
                add(address, Part::Delete, &[]);
                add(address, Part::Make, &[Part::Delete]);
            }
        }
    }
    let orphans = actual.keys().filter(|address| !verdicts.contains_key(*address));
    orphans.for_each(|address| add(address, Part::Delete, &[]));
    // An address is taken when whatever had it has another.
    let vacated = |address: &Address| moves.iter().find(|(_, from)| *from == address).map(|(to, _)| to.clone());
    for address in moves.keys() {
        let node = |address| Node { address, part: Part::Retire };
        waits.insert(node(address.clone()), vacated(address).map(node).into_iter().collect());
    }
    waits
}

/// What is made or changed waits for what the configuration says it stands on.
fn rollout_edges(waits: &mut Edges<Node>, blueprint: &Blueprint, verdicts: &BTreeMap<Address, Verdict>) {
    for (address, targets) in edges(blueprint) {
        if !verdicts.contains_key(&address) {
            continue;
        }
        for target in targets {
            wait(
                waits,
                Node { address: address.clone(), part: Part::Make },
                Node { address: target, part: Part::Make },
            );
        }
    }
}

/// What cannot live beside something that goes is made when that is gone. Gives, for each resource that
/// goes, those that wait for its place.
fn make_room<'a>(
    waits: &mut Edges<Node>,
    verdicts: &'a BTreeMap<Address, Verdict>,
    actual: &'a Actual,
    kinds: &'a Kinds,
) -> BTreeMap<&'a Address, Vec<&'a Address>> {
    let mut room: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for (address, verdict) in verdicts {
        for gone in verdict.displaced(address, actual, kinds.of(address)) {
            let node = |address: &Address, part| Node { address: address.clone(), part };
            wait(waits, node(address, Part::Make), node(gone, Part::Delete));
            room.entry(gone).or_default().push(address);
        }
    }
    room
}

/// What is deleted waits until nothing that lives refers to it: until that is deleted too, or moved.
fn deletion_edges(
    waits: &mut Edges<Node>,
    blueprint: &Blueprint,
    verdicts: &BTreeMap<Address, Verdict>,
    actual: &Actual,
    kinds: &Kinds,
    room: &BTreeMap<&Address, Vec<&Address>>,
) {
    let mut standing: BTreeSet<(Address, Address)> = BTreeSet::new();
    let outputs = Outputs::of(actual.values());
    for live in actual.values() {
        each_standing(live, kinds.of(&live.address), &outputs, &mut |target, _| {
            standing.insert((live.address.clone(), target.clone()));
        });
    }
    standing.extend(through_revisions(&standing, verdicts, kinds));
    let rollout = edges(blueprint);
    for (address, targets) in rollout.iter().filter(|(address, _)| !verdicts.contains_key(*address)) {
        standing.extend(targets.iter().map(|target| (address.clone(), target.clone())));
    }
    let verb = |address: &Address| verdicts.get(address).and_then(|verdict| verdict.verb);
    for (upper, lower) in standing {
        let waiting = room.get(&lower).into_iter().flatten();
        let waits_itself = || waiting.into_iter().any(|made| stands_on(&rollout, &upper, made));
        let delete = Node { address: lower, part: Part::Delete };
        let goes = Node { address: upper.clone(), part: Part::Delete };
        match verb(&upper) {
            // It moves to what cannot be made before this one is gone.
            Some(Verb::Update) if waits_itself() => {}
            Some(Verb::Update) => wait(waits, delete, Node { address: upper, part: Part::Make }),
            _ => wait(waits, delete, goes),
        }
    }
}

/// Who stands on what only through a revision that is about to be replaced: until they have moved to the next
/// one, they need all that it needs. A service runs the old task definition until its rollout has succeeded.
fn through_revisions(
    standing: &BTreeSet<(Address, Address)>,
    verdicts: &BTreeMap<Address, Verdict>,
    kinds: &Kinds,
) -> Vec<(Address, Address)> {
    let is_revised = |address: &Address| {
        let updated = verdicts.get(address).is_some_and(|verdict| verdict.verb == Some(Verb::Update));
        updated && !kinds.of(address).volatile_outputs.is_empty()
    };
    let revised = standing.iter().filter(|(upper, _)| is_revised(upper));
    let users = |(revision, needed): &(Address, Address)| {
        let users = standing.iter().filter(|(_, lower)| lower == revision).map(|(user, _)| user.clone());
        users.map(|user| (user, needed.clone())).collect::<Vec<_>>()
    };
    revised.flat_map(users).collect()
}

fn wait(waits: &mut Edges<Node>, node: Node, target: Node) {
    if node != target
        && waits.contains_key(&target)
        && let Some(targets) = waits.get_mut(&node)
    {
        targets.insert(target);
    }
}

/// Live resources can refer to each other in a ring that no configuration could ask for (two security
/// groups that were edited by hand). One wait of each ring is given up; the service then says what is
/// in the way.
fn without_rings(waits: &mut Edges<Node>) -> Vec<Node> {
    loop {
        match ordered(waits) {
            Ok(order) => return order,
            Err(ring) => {
                let (first, second) = (&ring.0[0], &ring.0[1 % ring.0.len()]);
                waits.get_mut(first).expect("a ring consists of nodes").remove(second);
            }
        }
    }
}

fn action(node: &Node, decisions: &Decisions, actual: &Actual) -> Action {
    let live = || actual[&node.address].clone();
    match node.part {
        Part::Retire => {
            let live = live();
            let to = match decisions.moves.contains_key(&node.address) {
                true => node.address.clone(),
                false => node.address.retire(&live.id),
            };
            Action::Retire { live, to }
        }
        Part::Delete => Action::Delete { live: live() },
        Part::Make => {
            let verdict = &decisions.verdicts[&node.address];
            let inputs = verdict.inputs.clone();
            match verdict.verb {
                Some(Verb::Update) => Action::Update { live: live(), inputs, fields: verdict.fields.clone() },
                _ => Action::Create { inputs },
            }
        }
    }
}
