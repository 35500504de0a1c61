//! What the answers about others' parameters add to the task definitions: the parameters below a path, and which edition
//! of what is named by its ARN is current.

use std::collections::{BTreeMap, BTreeSet};

use deploy_kinds::ecs::TaskDefinition;
use deploy_model::{Address, Input, KeyPath, Problem};
use deploy_plugin::{Answered, Answers, AnyAnswer, Blueprint, Resource};

use super::reference::PARAMETER;
use crate::config::{ContainerConfig, EcsConfig, SecretVariable, ServiceConfig};

/// How many shared parameters have their editions told by name, in tags of 256 characters of which there are 50 at most.
const MOST_BY_NAME: usize = 50;
/// Characters of a name that is told.
const LONGEST_NAME: usize = 100;

/// Adds to the task definitions of all services, and says what is wrong with the answers.
pub(crate) fn add(config: &EcsConfig, answers: &Answers, blueprint: &mut Blueprint) -> Vec<Problem> {
    let mut problems = Vec::new();
    let own = own_names(blueprint);
    for (key, service) in &config.services {
        let address = Address::new(TaskDefinition::KIND.parse().expect("a constant"), key);
        let Some(desired) = address.ok().and_then(|address| blueprint.desired.get_mut(&address)) else { continue };
        let Ok(mut inputs) = serde_json::from_value::<TaskDefinition>(desired.inputs.clone()) else { continue };
        for (name, container) in &service.containers {
            let path = KeyPath::of(["ecs", "services", key, "containers", name, "secrets"]);
            let added = Added { service, name, container, path, answers, own: &own, inputs: &mut inputs };
            problems.extend(added.all());
        }
        desired.inputs = serde_json::to_value(&inputs).expect("inputs are plain data");
    }
    problems
}

/// What is added for one container.
struct Added<'a> {
    service: &'a ServiceConfig,
    name: &'a str,
    container: &'a ContainerConfig,
    path: KeyPath,
    answers: &'a Answers,
    /// The full names of the parameters that are declared here.
    own: &'a BTreeSet<String>,
    inputs: &'a mut TaskDefinition,
}

impl<'a> Added<'a> {
    fn all(mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for variable in self.container.secrets.variables() {
            if let Some(arn) = variable.arn() {
                problems.extend(self.edition_of(&variable, arn));
            }
        }
        let mut below: BTreeMap<String, &str> = BTreeMap::new();
        for path in self.container.secrets.paths() {
            problems.extend(self.all_below(&path, &mut below));
        }
        problems
    }

    /// That ARNs belong to others and may not be there at all is told by the plan's check.
    fn edition_of(&mut self, variable: &SecretVariable<'_>, arn: &str) -> Option<Problem> {
        match self.answers.to(PARAMETER.kind, arn)? {
            Answered::With(found) => {
                let edition = found.first()?.output("edition")?.to_owned();
                self.remember(variable.variable, edition);
                None
            }
            Answered::Unknown => None,
            Answered::Failed(fault) => {
                let source = self.path.child(variable.at.clone());
                Some(Problem::new(source, format!("cannot look at this secret: {}", fault.message)))
            }
        }
    }

    fn all_below<'p>(&mut self, path: &SecretVariable<'p>, below: &mut BTreeMap<String, &'p str>) -> Option<Problem> {
        let found = match self.found_below(path) {
            Ok(found) => found,
            Err(problem) => return Some(problem),
        };
        let mut editions = BTreeMap::new();
        for answer in found {
            let Some((variable, arn)) = variable_of(answer).filter(|(variable, _)| !self.is_named(variable)) else {
                continue;
            };
            if let Some(other) = below.insert(variable.clone(), path.secret) {
                let message = format!("`{variable}` lies below `{other}` and below `{}`", path.secret);
                let help = "name the one that is meant, or leave one of the paths out";
                return Some(Problem::new(self.path.child(path.at.clone()), message).help(help));
            }
            if let Some(container) = self.inputs.containers.get_mut(self.name) {
                container.secrets.insert(variable.clone(), Input::Value(arn));
            }
            editions.insert(variable, answer.output("edition").unwrap_or_default().to_owned());
        }
        self.remember_all(path.secret, editions);
        None
    }

    /// The parameters below a path, or why it stands for none.
    fn found_below(&self, path: &SecretVariable<'_>) -> Result<&'a [AnyAnswer], Problem> {
        let wrong =
            |message: String, help: &str| Err(Problem::new(self.path.child(path.at.clone()), message).help(help));
        // What is declared is not there yet, or about to go, when the plan is made: the path says nothing of it.
        if let Some(name) = self.own.iter().find(|name| lies_below(name, path.secret)) {
            return wrong(
                format!("`{}` covers {name}, which is declared in [secrets.parameters]", path.secret),
                "name that by its key, and keep what is shared below another path",
            );
        }
        match self.answers.to(PARAMETER.kind, path.secret) {
            Some(Answered::With(found)) if found.is_empty() => wrong(
                format!("no parameter lies below `{}` in this account and region", path.secret),
                "make one, or remove the path; parameters deeper than one level are not meant by it",
            ),
            Some(Answered::With(found)) => Ok(found),
            Some(Answered::Failed(fault)) => wrong(
                format!("cannot list what lies below `{}`: {}", path.secret, fault.message),
                "check that you may call ssm:DescribeParameters and ssm:ListTagsForResource",
            ),
            Some(Answered::Unknown) | None => Ok(&[]),
        }
    }

    /// What is named one by one is meant more than what comes with a path.
    fn is_named(&self, variable: &str) -> bool {
        let secrets = self.container.secrets.variables();
        self.container.variables.contains_key(variable) || secrets.iter().any(|secret| secret.variable == variable)
    }

    /// Many editions, or such of long names, do not fit into a task definition's tags one by one: then one number stands
    /// for all.
    fn remember_all(&mut self, path: &str, editions: BTreeMap<String, String>) {
        let fits = editions.len() <= MOST_BY_NAME && editions.keys().all(|name| name.len() <= LONGEST_NAME);
        if fits {
            editions.into_iter().for_each(|(variable, edition)| self.remember(&variable, edition));
        } else {
            let text: String = editions.iter().map(|(variable, edition)| format!("{variable}={edition} ")).collect();
            self.remember(path.trim_end_matches("/*"), format!("{:016x}", fingerprint(&text)));
        }
    }

    /// Which edition the tasks are meant to read. Two containers may read different secrets into one variable.
    fn remember(&mut self, variable: &str, edition: String) {
        if self.service.roll_on_secret_change {
            let secret = format!("{}/{variable}", self.name);
            self.inputs.secret_versions.insert(secret, Input::Value(edition));
        }
    }
}

/// The full names of the parameters of Parameter Store that are declared.
fn own_names(blueprint: &Blueprint) -> BTreeSet<String> {
    let declared = blueprint.desired.values().filter(|desired| desired.address.kind() == &PARAMETER.kind());
    let in_parameter_store = declared.filter(|desired| desired.inputs.get("store").is_none());
    in_parameter_store.filter_map(|desired| Some(desired.inputs.get("name")?.as_str()?.to_owned())).collect()
}

/// Whether a name lies one level below the path of `/path/*`.
fn lies_below(name: &str, path: &str) -> bool {
    let rest = name.strip_prefix(path.trim_end_matches('*'));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
}

/// FNV-1a: it tells texts apart, and hides nothing, for there is nothing to hide in names and numbers.
///
/// Source: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The variable that a parameter below a path stands in, and the parameter's ARN.
fn variable_of(answer: &AnyAnswer) -> Option<(String, String)> {
    let name = answer.output("name")?.rsplit('/').next()?;
    Some((name.to_owned(), answer.output("arn")?.to_owned()))
}
