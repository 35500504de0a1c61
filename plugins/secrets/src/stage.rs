//! The stage: declared parameters become desired ones, and a plan without their values is stopped.

use std::collections::BTreeMap;

use deploy_kinds::secrets::{Key, Ownership, Parameter, Place, Store};
use deploy_plugin::model::{Action, Address, Finding, KeyPath, KindName, Plan, Problem, Step};
use deploy_plugin::{Answered, Answers, Graph, Outlook, Resource, Stage, StageContext};
use serde_json::Value;

use crate::name::{self, BrokenRule};
use crate::{ParameterSection, ParameterType, SecretsSection, parameter};

/// What Secrets Manager calls a value that is text.
const SECRET_STRING: &str = "SecretString";

/// The stage `secrets`.
pub struct Secrets;

impl Stage for Secrets {
    const NAME: &'static str = "secrets";
    type Config = SecretsSection;

    fn desired(&self, config: &SecretsSection, cx: &StageContext, graph: &mut Graph) {
        let mut places: BTreeMap<Place, &str> = BTreeMap::new();
        for (key, section) in &config.parameters {
            let source = KeyPath::of(["secrets", "parameters", key]);
            let name = full_name(config, key, section, cx);
            if let Some(rule) = name::broken_rule(section.store, &name) {
                graph.problem(name_problem(rule, &source, section));
                continue;
            }
            if let Some(other) = places.insert(Place { store: section.store, name: name.clone() }, key) {
                let message = format!("`{other}` and `{key}` are both named `{name}`");
                graph.problem(Problem::new(source, message).help("give one of them another `name`"));
                continue;
            }
            for problem in section_problems(section, &source) {
                graph.problem(problem);
            }
            if let Some(kms_key) = &section.kms_key {
                graph.query(&key_kind(), &cx.expand(kms_key), source.child("kms_key"));
            }
            let placed = graph.add(key, source.clone(), &inputs(key, name, section, cx));
            let _ = placed.field("name", name_source(&source, section));
        }
    }

    fn check(&self, _config: &SecretsSection, outlook: &Outlook<'_>) -> Vec<Finding> {
        let plan = outlook.plan;
        let steps = plan.steps.iter().filter(|step| step.address.kind() == &kind());
        let parameters = outlook.desired.iter().filter(|(address, _)| address.kind() == &kind());
        let keys = parameters.filter_map(|(address, inputs)| key_finding(address, inputs, outlook.answers));
        steps.filter_map(|step| finding(step, plan)).chain(keys).collect()
    }
}

fn full_name(config: &SecretsSection, key: &str, section: &ParameterSection, cx: &StageContext) -> String {
    match (&section.name, config.path.is_empty()) {
        (Some(name), _) => cx.expand(name),
        (None, true) => key.to_owned(),
        (None, false) => format!("{}/{key}", cx.expand(&config.path)),
    }
}

/// The configuration key that a parameter's name comes from.
fn name_source(source: &KeyPath, section: &ParameterSection) -> KeyPath {
    match section.name {
        Some(_) => source.child("name"),
        None => KeyPath::of(["secrets", "path"]),
    }
}

fn name_problem(rule: BrokenRule, source: &KeyPath, section: &ParameterSection) -> Problem {
    let path = if section.name.is_some() { source.child("name") } else { source.clone() };
    Problem::new(path, rule.message).help(rule.help)
}

fn section_problems(section: &ParameterSection, source: &KeyPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    let characters = section.description.as_ref().map_or(0, |description| description.chars().count());
    let most = description_characters(section.store);
    if characters > most {
        let message = format!("the description has {characters} characters; {most} are allowed");
        problems.push(Problem::new(source.child("description"), message));
    }
    if section.store == Store::SecretsManager && section.value_type.is_some() {
        let message = "Secrets Manager encrypts every value, and knows no type";
        problems.push(Problem::new(source.child("type"), message).help("remove `type`"));
    }
    if section.kms_key.is_some() && section.value_type == Some(ParameterType::String) {
        let message = "a parameter of type String is not encrypted, so it has no key";
        let help = "set `type = \"SecureString\"`, or remove `kms_key`";
        problems.push(Problem::new(source.child("kms_key"), message).help(help));
    }
    problems
}

/// Sources: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html> and
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
fn description_characters(store: Store) -> usize {
    match store {
        Store::ParameterStore => 1024,
        Store::SecretsManager => 2048,
    }
}

fn inputs(key: &str, name: String, section: &ParameterSection, cx: &StageContext) -> Parameter {
    // Where the key cannot be part of an address, the graph reports it.
    let owner = Address::new(kind(), key).map(|address| Ownership::of(&cx.owner, &address)).unwrap_or_default();
    let value_type = match section.store {
        Store::ParameterStore => section.value_type.unwrap_or_default().as_str(),
        Store::SecretsManager => SECRET_STRING,
    };
    Parameter {
        store: section.store,
        name,
        value_type: value_type.to_owned(),
        description: section.description.clone().filter(|description| !description.is_empty()),
        kms_key: section.store.chosen_key(section.kms_key.as_deref().map(|key| cx.expand(key))),
        generate: section.generate,
        owner,
        tags: cx.tags.clone(),
    }
}

fn kind() -> KindName {
    Parameter::KIND.parse().expect("a kind's name is a constant of the form stage.kind")
}

fn key_kind() -> KindName {
    Key::KIND.parse().expect("a kind's name is a constant of the form stage.kind")
}

/// That the key of a parameter cannot be used, so that no task could read the parameter.
fn key_finding(address: &Address, inputs: &Value, answers: &Answers) -> Option<Finding> {
    let key = inputs.get("kms_key")?.as_str()?;
    let blocked = |message: String, help: &str| Some(Finding::blocked(address.clone(), message).help(help));
    match answers.to(Key::KIND, key)? {
        Answered::With(found) => match found.first() {
            None => blocked(
                format!("its key {key} does not exist in this account and region"),
                "make it, or name another in `kms_key`",
            ),
            Some(found) => {
                let obstacle = found.inputs::<Key>()?.obstacle()?;
                blocked(format!("its key {key} {obstacle}"), "enable it, or name another in `kms_key`")
            }
        },
        Answered::Failed(fault) => {
            let message = format!("cannot look at its key {key}: {}", fault.message);
            Some(
                Finding::warning(address.clone(), message)
                    .help("allow kms:DescribeKey, or see that the key is enabled"),
            )
        }
        Answered::Unknown => None,
    }
}

/// What stands in the way of one step.
fn finding(step: &Step, plan: &Plan) -> Option<Finding> {
    let blocked = |message: String| Finding::blocked(step.address.clone(), message);
    let set = || parameter::set_command(&step.address, &plan.owner.environment);
    match &step.action {
        Action::Create { inputs } => {
            let generated = inputs.get("generate").is_some_and(|length| !length.is_null());
            let message = match (generated, predecessor(step, plan)) {
                (true, None) => return None,
                (true, Some(old)) => {
                    let message = format!("gets a new random value; that of {old} goes with it");
                    return Some(Finding::warning(step.address.clone(), message));
                }
                (false, None) => "has no value".to_owned(),
                (false, Some(old)) => format!("has no value where it is declared now; {old} is kept until it has one"),
            };
            Some(blocked(message).help(set()))
        }
        Action::Update { live, fields, .. } => {
            let live: Parameter = serde_json::from_value(live.inputs.clone()).ok()?;
            if live.owner.is_foreign_to(&plan.owner) {
                let message = format!("{} belongs to {}", live.name, live.owner.claimant());
                return Some(blocked(message).help("give the parameter another `name`"));
            }
            let field = fields.iter().find_map(|field| parameter::valued_field(live.store, field))?;
            let again = parameter::set_again(&step.address, &plan.owner.environment);
            Some(blocked(format!("the {field} changes only together with the value")).help(again))
        }
        Action::Delete { live } => {
            let live: Parameter = serde_json::from_value(live.inputs.clone()).ok()?;
            let message = format!("stays: {} belongs to {}", live.name, live.owner.claimant());
            (!live.owner.is_of(&plan.owner)).then(|| Finding::warning(step.address.clone(), message))
        }
        Action::Retire { .. } => None,
    }
}

/// The name under which a parameter that gets a new one is known by now.
fn predecessor<'a>(step: &Step, plan: &'a Plan) -> Option<&'a str> {
    let mut same = plan.steps.iter().filter(|other| other.address == step.address);
    same.find_map(|other| match &other.action {
        Action::Retire { live, .. } => Some(live.id.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
