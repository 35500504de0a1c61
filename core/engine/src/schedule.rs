//! From verdicts to steps: who waits for whom, in rollout and in deletion.
//!
//! What is made or changed waits for what it refers to. What is deleted waits for everything that
//! still refers to it: by its live inputs (`x-refers`), not by a configuration that may be gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use deploy_model::{Action, Address, KeyPath, KindName, Live, Step, StepId, Verb};
use deploy_plugin::Blueprint;
use serde_json::Value;

use crate::blueprint::edges;
use crate::discover::Actual;
use crate::kinds::Kinds;
use crate::order::{Edges, ordered};
use crate::verdict::Verdict;

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
pub fn schedule(
    blueprint: &Blueprint,
    verdicts: &BTreeMap<Address, Verdict>,
    actual: &Actual,
    kinds: &Kinds,
) -> Vec<Step> {
    let mut waits = nodes(verdicts, actual);
    rollout_edges(&mut waits, blueprint, verdicts);
    deletion_edges(&mut waits, blueprint, verdicts, actual, kinds);
    let order = ordered(&waits).unwrap_or_else(|_| without_rings(&mut waits));
    let ids: BTreeMap<&Node, StepId> = order.iter().zip((1..).map(StepId)).collect();
    let step = |node: &Node| Step {
        id: ids[node],
        address: node.address.clone(),
        action: action(node, verdicts, actual),
        after: waits[node].iter().filter_map(|other| ids.get(other)).copied().collect(),
    };
    order.iter().map(step).collect()
}

fn nodes(verdicts: &BTreeMap<Address, Verdict>, actual: &Actual) -> Edges<Node> {
    let mut waits = Edges::new();
    let mut add = |address: &Address, part, after: &[Part]| {
        let node = |part| Node { address: address.clone(), part };
        waits.insert(node(part), after.iter().map(|part| node(*part)).collect());
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

/// What is deleted waits until nothing that lives refers to it: until that is deleted too, or moved.
fn deletion_edges(
    waits: &mut Edges<Node>,
    blueprint: &Blueprint,
    verdicts: &BTreeMap<Address, Verdict>,
    actual: &Actual,
    kinds: &Kinds,
) {
    let mut standing: BTreeSet<(Address, Address)> = BTreeSet::new();
    let index = outputs_by_kind(actual);
    for live in actual.values() {
        let targets = live_references(live, &index, kinds).into_iter();
        standing.extend(targets.map(|target| (live.address.clone(), target)));
    }
    let rollout = edges(blueprint);
    for (address, targets) in rollout.iter().filter(|(address, _)| !verdicts.contains_key(*address)) {
        standing.extend(targets.iter().map(|target| (address.clone(), target.clone())));
    }
    let verb = |address: &Address| verdicts.get(address).and_then(|verdict| verdict.verb);
    let goes_first = |address: &Address| verb(address) == Some(Verb::ReplaceDeleteFirst);
    for (upper, lower) in standing {
        let delete = Node { address: lower, part: Part::Delete };
        let goes = Node { address: upper.clone(), part: Part::Delete };
        match verb(&upper) {
            // It moves to the successor, which cannot be made before this one is gone.
            Some(Verb::Update) if goes_first(&delete.address) && stands_on(&rollout, &upper, &delete.address) => {}
            Some(Verb::Update) => wait(waits, delete, Node { address: upper, part: Part::Make }),
            _ => wait(waits, delete, goes),
        }
    }
}

/// Whether the configuration puts `upper` on `lower`, directly or through others.
fn stands_on(rollout: &Edges<Address>, upper: &Address, lower: &Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![upper];
    while let Some(address) = open.pop() {
        if address == lower {
            return true;
        }
        if seen.insert(address) {
            open.extend(rollout.get(address).into_iter().flatten());
        }
    }
    false
}

fn wait(waits: &mut Edges<Node>, node: Node, target: Node) {
    if node != target
        && waits.contains_key(&target)
        && let Some(targets) = waits.get_mut(&node)
    {
        targets.insert(target);
    }
}

type Outputs<'a> = BTreeMap<(&'a KindName, &'a str), Vec<&'a Address>>;

fn outputs_by_kind(actual: &Actual) -> Outputs<'_> {
    let mut index = Outputs::new();
    for live in actual.values() {
        let outputs = live.outputs.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
        for text in outputs.chain([live.id.as_str()]) {
            index.entry((live.address.kind(), text)).or_default().push(&live.address);
        }
    }
    index
}

/// The resources that a live one refers to, by the fields that its kind marks with `x-refers`.
fn live_references(live: &Live, index: &Outputs<'_>, kinds: &Kinds) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    let rules = &kinds.of(&live.address).rules;
    each_text(&live.inputs, &mut Vec::new(), &mut |path, text| {
        if let Some(kind) = rules.at(&KeyPath::of(path.iter().cloned())).refers {
            found.extend(index.get(&(&kind, text)).into_iter().flatten().map(|address| (*address).clone()));
        }
    });
    found
}

fn each_text<'a>(value: &'a Value, path: &mut Vec<String>, see: &mut impl FnMut(&[String], &'a str)) {
    let mut inside = |key: String, value: &'a Value| {
        path.push(key);
        each_text(value, path, see);
        path.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inside(key.clone(), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| inside(index.to_string(), value)),
        Value::String(text) => see(path, text),
        _ => {}
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

fn action(node: &Node, verdicts: &BTreeMap<Address, Verdict>, actual: &Actual) -> Action {
    let live = || actual[&node.address].clone();
    match node.part {
        Part::Retire => Action::Retire { live: live(), to: node.address.retire(&mark(&actual[&node.address].id)) },
        Part::Delete => Action::Delete { live: live() },
        Part::Make => {
            let verdict = &verdicts[&node.address];
            let inputs = verdict.inputs.clone();
            match verdict.verb {
                Some(Verb::Update) => Action::Update { live: live(), inputs, fields: verdict.fields.clone() },
                _ => Action::Create { inputs },
            }
        }
    }
}

/// A mark that tells a retired resource from others that were retired from the same address: the
/// last eight letters and digits of its id.
fn mark(id: &str) -> String {
    let plain: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).collect();
    plain[plain.len().saturating_sub(8)..].iter().collect()
}
