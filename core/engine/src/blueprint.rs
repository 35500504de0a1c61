//! From sections of the configuration to one graph of desired resources, checked as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deploy_model::{
    Address, Change, Desired, Fault, FieldPath, Finding, KeyPath, Place, Plan, Problem, Reference, account_address,
    differing_fields,
};
use deploy_plugin::{AnyStage, Blueprint, Given, Graph, LONGEST_NAME, Misfit, StageContext, StageError};
use serde_json::Value;

use crate::kinds::Kinds;
use crate::order::{Cycle, Edges, ordered};
use crate::resolve::{each_reference, references, resolve};

/// Why it is not known what is desired.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsound {
    /// The configuration is wrong, in all these places.
    Problems(Vec<Problem>),
    /// A stage, or a kind that is asked about its inputs, is broken.
    Broken {
        /// Which, in words: `the stage \`network\``.
        what: String,
        /// What is wrong with it.
        fault: Fault,
    },
}

impl From<Vec<Problem>> for Unsound {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl Unsound {
    pub(crate) fn stage(name: &str, fault: Fault) -> Self {
        Self::Broken { what: format!("the stage `{name}`"), fault }
    }
}

/// What all stages desire, together, after each has had its chance to change it. Pure.
///
/// # Errors
/// Everything that is wrong with the sections, or the first stage that is broken.
pub fn blueprint(
    stages: &[Arc<dyn AnyStage>],
    sections: &BTreeMap<String, Value>,
    cx: &StageContext,
) -> Result<Blueprint, Unsound> {
    let section = |stage: &Arc<dyn AnyStage>| sections.get(stage.name()).unwrap_or(&Value::Null);
    let mut graph = Graph::new();
    for stage in stages {
        stage.desired(section(stage), cx, &mut graph).map_err(|fault| Unsound::stage(stage.name(), fault))?;
    }
    let mut blueprint = graph.finish()?;
    let mut before = blueprint.desired.clone();
    for stage in stages {
        stage.transform(section(stage), cx, &mut blueprint).map_err(|error| match error {
            StageError::Problems(problems) => Unsound::Problems(problems),
            StageError::Fault(fault) => Unsound::stage(stage.name(), fault),
        })?;
        note_changes(&mut before, &mut blueprint, stage.name());
    }
    Ok(blueprint)
}

/// Remembers what a stage has changed of what others desire since `before`, which is brought up to date.
pub(crate) fn note_changes(before: &mut BTreeMap<Address, Desired>, blueprint: &mut Blueprint, stage: &str) {
    let Blueprint { desired, changed_by, .. } = blueprint;
    if *desired == *before {
        return;
    }
    for desired in desired.values().filter(|desired| desired.address.stage() != stage) {
        let fields = match before.get(&desired.address) {
            Some(before) => differing_fields(&before.inputs, &desired.inputs),
            None => vec![FieldPath::root()],
        };
        for field in fields {
            let changes = changed_by.entry(desired.address.clone()).or_default();
            changes.entry(field).or_default().insert(stage.to_owned());
        }
    }
    before.clone_from(desired);
}

/// A note on each change of a plan that is there because one stage has changed what another desires.
pub fn changed_by_others(blueprint: &Blueprint, plan: &Plan) -> Vec<Finding> {
    let note = |change: &Change| {
        let stages: BTreeSet<&String> = blueprint.changed_by.get(&change.address)?.values().flatten().collect();
        let stages: Vec<String> = stages.into_iter().map(|name| format!("[{name}]")).collect();
        let message = format!("what is desired of it was changed by {}", stages.join(", "));
        Some(Finding::note(change.address.clone(), message))
    };
    plan.changes.iter().filter_map(note).collect()
}

/// Checks that all inputs have the form of their kind.
///
/// # Errors
/// Every input that has not, or the first kind that is broken.
pub fn check_inputs(blueprint: &Blueprint, kinds: &Kinds) -> Result<(), Unsound> {
    let mut problems = Vec::new();
    for (name, known) in kinds.iter() {
        let desired: Vec<_> = blueprint.desired.values().filter(|desired| desired.address.kind() == name).collect();
        if desired.is_empty() {
            continue;
        }
        let inputs: Vec<&Value> = desired.iter().map(|desired| &desired.inputs).collect();
        let broken = |fault| Unsound::Broken { what: format!("the kind `{name}`"), fault };
        let misfits = known.kind.check(&inputs).map_err(broken)?;
        for (desired, misfit) in desired.iter().zip(misfits) {
            let Some(Misfit { field, message }) = misfit else { continue };
            let message =
                format!("`{}`{} cannot be made: `{field}`: {message}", desired.address, asker(&desired.source));
            problems.push(Problem::new(desired.source_of(&field), message));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}

/// Who asks for something, as an aside in a sentence about it.
fn asker(source: &KeyPath) -> String {
    match (source.plugin(), source.segments().first()) {
        (Some(plugin), _) => format!(", which the plugin `{plugin}` asks for,"),
        (None, Some(section)) => format!(", which [{section}] asks for,"),
        (None, None) => String::new(),
    }
}

/// Checks that every reference of a blueprint has a target with that output, and that no ring of
/// references exists.
///
/// # Errors
/// Every reference that leads nowhere, or one ring.
pub fn check_references(blueprint: &Blueprint, kinds: &Kinds) -> Result<(), Vec<Problem>> {
    let mut problems: Vec<Problem> = strangers(blueprint, kinds).chain(misnamed(blueprint)).collect();
    for desired in blueprint.desired.values() {
        // One key may ask for several resources, or for several inputs of one.
        let mut told: Vec<Problem> = Vec::new();
        each_reference(&desired.inputs, &mut Vec::new(), &mut |path, reference| {
            let source = || desired.source_of(&KeyPath::of(path.iter().cloned()));
            told.extend(lost(blueprint, kinds, &reference).map(|lost| lost.at(source())));
        });
        // Several inputs may follow from one key: the problem is told where that is written most exactly.
        let depth = |problem: &Problem| problem.path.segments().len();
        let is_told =
            |one: &Problem| told.iter().any(|other| other.message == one.message && depth(other) > depth(one));
        for problem in told.iter().filter(|problem| !is_told(problem)) {
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    match ordered(&edges(blueprint)) {
        Ok(_) => Ok(()),
        Err(cycle) => Err(vec![ring_problem(blueprint, &cycle)]),
    }
}

/// What is desired under an address that only the engine gives, or that no tag holds.
fn misnamed(blueprint: &Blueprint) -> impl Iterator<Item = Problem> {
    let is_misnamed = |desired: &&Desired| desired.address.is_retired() || desired.address.name().len() > LONGEST_NAME;
    blueprint.desired.values().filter(is_misnamed).map(|desired| {
        let shown: String = desired.address.to_string().chars().take(LONGEST_NAME).collect();
        Problem::new(desired.source.clone(), format!("nothing can be desired as `{shown}`"))
    })
}

/// What is desired of kinds that nobody has.
pub fn strangers(blueprint: &Blueprint, kinds: &Kinds) -> impl Iterator<Item = Problem> {
    let unknown = blueprint.desired.values().filter(|desired| !kinds.knows(desired.address.kind()));
    unknown.map(|desired| {
        Problem::new(desired.source.clone(), format!("no plugin has the kind `{}`", desired.address.kind()))
    })
}

/// The inputs of everything that is desired, with what is known of the place filled in; other references stand.
pub fn desired_at(blueprint: &Blueprint, place: &Place) -> BTreeMap<Address, Value> {
    let Blueprint { desired, given, .. } = with_account(blueprint, place);
    let known = |reference: &Reference| given.get(&reference.address)?.outputs.get(&reference.output).cloned();
    desired.into_iter().map(|(address, desired)| (address, resolve(&desired.inputs, &known))).collect()
}

/// The blueprint with the account among what is given.
pub fn with_account(blueprint: &Blueprint, place: &Place) -> Blueprint {
    let mut blueprint = blueprint.clone();
    let account = Given { outputs: place.outputs(), source: KeyPath::root() };
    blueprint.given.insert(account_address(), account);
    blueprint
}

/// What each desired resource waits for.
pub fn edges(blueprint: &Blueprint) -> Edges<Address> {
    let targets = |address: &Address| -> BTreeSet<Address> {
        let desired = &blueprint.desired[address];
        let named = references(&desired.inputs).into_iter().map(|reference| reference.address);
        named.chain(desired.after.iter().cloned()).filter(|target| blueprint.desired.contains_key(target)).collect()
    };
    blueprint.desired.keys().map(|address| (address.clone(), targets(address))).collect()
}

/// A reference that leads nowhere.
struct Lost {
    message: String,
    label: String,
    help: Option<String>,
}

impl Lost {
    fn at(self, source: KeyPath) -> Problem {
        let problem = Problem::new(source, self.message).label(self.label);
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

fn lost(blueprint: &Blueprint, kinds: &Kinds, reference: &Reference) -> Option<Lost> {
    let address = &reference.address;
    let label = "refers to it here".to_owned();
    if *address == account_address() || blueprint.given.contains_key(address) {
        return None;
    }
    if blueprint.desired.contains_key(address) {
        let known = kinds.description(address.kind()).is_none_or(|kind| kind.has_output(&reference.output));
        let message = || format!("a {} has no output `{}`", address.kind().words(), reference.output);
        return (!known).then(|| Lost { message: message(), label, help: None });
    }
    let message = format!("no {} `{}` is declared", address.kind().words(), address.name());
    let others = blueprint.desired.keys().chain(blueprint.given.keys());
    let names: Vec<&str> = others.filter(|other| other.kind() == address.kind()).map(Address::name).collect();
    Some(Lost { message, label, help: Some(advice(address, &names)) })
}

fn advice(address: &Address, names: &[&str]) -> String {
    let near = |name: &&&str| strsim::jaro_winkler(name, address.name()) > 0.8;
    let distance = |name: &&&str| strsim::damerau_levenshtein(name, address.name());
    match names.iter().filter(near).min_by_key(distance) {
        Some(name) => format!("a similar one exists: `{name}`"),
        None if names.is_empty() => format!("declare it in the section `{}`", address.stage()),
        None => format!("declare it in the section `{}`, or use one of: {}", address.stage(), names.join(", ")),
    }
}

fn ring_problem(blueprint: &Blueprint, cycle: &Cycle<Address>) -> Problem {
    let first = cycle.0.first().expect("a ring has members");
    let source = blueprint.desired[first].source.clone();
    Problem::new(source, format!("these resources refer to each other in a ring: {cycle}"))
        .label("part of the ring")
        .help("take one of the references out")
}
