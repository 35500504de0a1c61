//! Sidecars and the task definitions that they join.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Container, TaskDefinition};
use deploy_kinds::secrets::Parameter;
use deploy_plugin::model::{Address, KeyPath, Problem};
use deploy_plugin::{Blueprint, Resource, Stage, StageContext};

use crate::config::{Config, Sidecar};
use crate::stage::{Sidecars, path_of};
use crate::{check, container, output};

/// The sidecars of one service, by name.
pub type Chosen<'a> = BTreeMap<&'a str, &'a Sidecar>;

/// Which key of the configuration an input of a task definition comes from.
struct Source {
    address: Address,
    field: KeyPath,
    key: KeyPath,
}

/// Adds the sidecars to the task definitions of their services, and says what stands in the way. What was added before is
/// not added twice.
pub fn join(config: &Config, cx: &StageContext, blueprint: &mut Blueprint) -> Vec<Problem> {
    let is_task = |address: &&Address| address.kind().to_string() == TaskDefinition::KIND;
    let services: Vec<String> =
        blueprint.desired.keys().filter(is_task).map(|address| address.name().to_owned()).collect();
    let mut problems = check::services(config, &services);
    problems.extend(output::taken(config, cx, blueprint));
    let mut sources = Vec::new();
    let unread = blueprint.change_all::<TaskDefinition>(|address, task| {
        let chosen = chosen(config, address.name());
        let mut joint = Joint { address, task, chosen: &chosen, cx, sources: &mut sources };
        match joint.containers() {
            Ok(containers) => {
                joint.add(containers);
                problems.extend(check::together(address.name(), task, &chosen));
            }
            Err(taken) => problems.extend(taken),
        }
    });
    problems.extend(unread.iter().filter(|address| !chosen(config, address.name()).is_empty()).map(not_known));
    for Source { address, field, key } in sources {
        blueprint.comes_from(&address, field, key);
    }
    problems
}

/// The sidecars of a service.
fn chosen<'a>(config: &'a Config, service: &str) -> Chosen<'a> {
    let is_for = |sidecar: &Sidecar| match &sidecar.services {
        Some(services) => services.iter().any(|name| name == service),
        None => !sidecar.except.iter().any(|name| name == service),
    };
    let chosen = config.containers.iter().filter(|(_, sidecar)| is_for(sidecar));
    chosen.map(|(name, sidecar)| (name.as_str(), sidecar)).collect()
}

/// One task definition and its sidecars.
struct Joint<'a> {
    address: &'a Address,
    task: &'a mut TaskDefinition,
    chosen: &'a Chosen<'a>,
    cx: &'a StageContext,
    sources: &'a mut Vec<Source>,
}

impl Joint<'_> {
    /// The sidecars as containers, or those whose names are taken.
    fn containers(&self) -> Result<BTreeMap<String, Container>, Vec<Problem>> {
        let service = self.address.name();
        let beside = || self.task.containers.iter().filter(|(name, _)| !self.chosen.contains_key(name.as_str()));
        let container = |(name, sidecar): (&&str, &&Sidecar)| {
            let containers = beside().map(|(_, container)| container);
            ((*name).to_owned(), container::input(name, sidecar, service, containers, self.cx))
        };
        let containers: BTreeMap<String, Container> = self.chosen.iter().map(container).collect();
        let is_taken =
            |name: &str, container: &Container| self.task.containers.get(name).is_some_and(|there| there != container);
        let taken = containers.iter().filter(|(name, container)| is_taken(name, container));
        let taken: Vec<Problem> = taken.map(|(name, _)| name_is_taken(name, service)).collect();
        if taken.is_empty() { Ok(containers) } else { Err(taken) }
    }

    fn add(&mut self, containers: BTreeMap<String, Container>) {
        self.task.containers.extend(containers);
        for (name, sidecar) in self.chosen {
            let path = path_of(name);
            self.comes_from(["containers", name], path.clone());
            if sidecar.log.group.is_some() {
                self.comes_from(["containers", name, "log"], path.child("log").child("group"));
            }
            self.add_secrets(name, sidecar, &path);
            self.tell_others(name, sidecar, &path);
        }
    }

    fn add_secrets(&mut self, name: &str, sidecar: &Sidecar, path: &KeyPath) {
        for secret in sidecar.secrets.variables() {
            let key = path.child("secrets").child(secret.at.clone());
            self.comes_from(["containers", name, "secrets", secret.variable], key.clone());
            let rolls = sidecar.roll_on_secret_change && !secret.is_arn();
            if rolls && !self.task.secret_versions.contains_key(secret.secret) {
                let edition = Parameter::output(secret.secret, "edition");
                self.task.secret_versions.insert(secret.secret.to_owned(), edition);
                self.comes_from(["secret_versions", secret.secret], key);
            }
        }
    }

    /// What the service's own containers learn of a sidecar.
    fn tell_others(&mut self, name: &str, sidecar: &Sidecar, path: &KeyPath) {
        let variables = container::variables(&sidecar.container_variables, self.address.name(), self.cx);
        let mut told = Vec::new();
        for (other, container) in &mut self.task.containers {
            if self.chosen.contains_key(other.as_str()) {
                continue;
            }
            for (variable, value) in &variables {
                if !container.variables.contains_key(variable) && !container.secrets.contains_key(variable) {
                    container.variables.insert(variable.clone(), value.clone());
                    let key = path.child("container_variables").child(variable);
                    told.push((["containers", other, "variables", variable].map(str::to_owned), key));
                }
            }
            if let Some(condition) = sidecar.containers_wait_for
                && !container.depends_on.contains_key(name)
            {
                container.depends_on.insert(name.to_owned(), condition.as_str().to_owned());
                let field = ["containers", other, "depends_on", name].map(str::to_owned);
                told.push((field, path.child("containers_wait_for")));
            }
        }
        for (field, key) in told {
            self.comes_from(field, key);
        }
    }

    fn comes_from<const N: usize>(&mut self, field: [impl Into<String>; N], key: KeyPath) {
        self.sources.push(Source { address: self.address.clone(), field: KeyPath::of(field), key });
    }
}

fn not_known(address: &Address) -> Problem {
    let message = format!("`{address}` has a form that is newer than this plugin");
    let problem = Problem::new(KeyPath::of([Sidecars::NAME]), message);
    problem.help("build `sidecar` anew with the SDK of this `deploy`, and add it")
}

fn name_is_taken(name: &str, service: &str) -> Problem {
    let problem = Problem::new(path_of(name), format!("`{service}` has a container `{name}` already"));
    problem.help(format!("give this one another name, or leave the service out: `except = [\"{service}\"]`"))
}
