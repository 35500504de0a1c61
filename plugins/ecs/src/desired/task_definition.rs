//! What a service's tasks consist of, as a desired task definition.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{LogGroup, TaskDefinition};
use deploy_model::{Input, KeyPath, Problem};
use deploy_plugin::{Graph, Resource, StageContext};

use super::name::ServiceNames;
use super::reference::{PARAMETER, ROLE};
use super::{container, fargate};
use crate::config::{SecretVariable, ServiceConfig};

/// Adds the task definition of one service.
pub(super) fn add(key: &str, service: &ServiceConfig, names: &ServiceNames, cx: &StageContext, graph: &mut Graph) {
    let source = KeyPath::of(["ecs", "services", key]);
    fargate::check(service.cpu, service.memory, &source, graph);
    check_containers(service, &source, graph);
    let roles = [(Some(&service.execution_role), "execution_role"), (service.task_role.as_ref(), "task_role")];
    for (role, field) in roles {
        if let Some(arn) = role.filter(|role| role.starts_with(ROLE.id_prefix)) {
            graph.query(&ROLE.kind(), arn, source.child(field));
        }
    }
    let execution_role = ROLE.resolve(&service.execution_role, source.child("execution_role"), graph);
    let task_role = service.task_role.as_ref();
    let task_role = task_role.map(|role| ROLE.resolve(role, source.child("task_role"), graph));
    let log_group = LogGroup::output(key, "name");
    let containers = service.containers.iter().map(|(name, container)| {
        let path = source.child("containers").child(name);
        (name.clone(), container::input(container, &log_group, &path, cx, graph))
    });
    let inputs = TaskDefinition {
        family: names.family.clone(),
        cpu: service.cpu,
        memory: service.memory,
        network_mode: "awsvpc".to_owned(),
        requires_compatibilities: vec![service.launch_type.as_str().to_owned()],
        execution_role: Some(execution_role),
        task_role,
        cpu_architecture: service.cpu_architecture.map(|architecture| architecture.as_str().to_owned()),
        operating_system_family: service.operating_system_family.clone(),
        ephemeral_storage_gib: service.ephemeral_storage_gib,
        containers: containers.collect(),
        secret_versions: if service.roll_on_secret_change { secret_versions(service) } else { BTreeMap::new() },
        tags: cx.tags.clone(),
    };
    let _ = graph.add(key, source, &inputs);
}

/// The editions of the declared secrets that any of the containers reads. What is named by an ARN belongs to
/// somebody else, and its version is not known.
fn secret_versions(service: &ServiceConfig) -> BTreeMap<String, Input<String>> {
    let secrets = service.containers.values().flat_map(|container| container.secrets.variables());
    let version = |from: SecretVariable<'_>| {
        let edition = PARAMETER.reference(from.secret, "edition")?;
        Some((from.secret.to_owned(), Input::Reference(edition)))
    };
    secrets.filter_map(version).collect()
}

fn check_containers(service: &ServiceConfig, source: &KeyPath, graph: &mut Graph) {
    let path = source.child("containers");
    if service.containers.is_empty() {
        let problem = Problem::new(path, "a service needs at least one container");
        graph.problem(problem.help(format!("add a table `[{source}.containers.web]` with an `image`")));
        return;
    }
    if !service.containers.values().any(|container| container.essential) {
        let problem = Problem::new(path.clone(), "no container is essential, so no task would ever end");
        graph.problem(problem.help("leave `essential` out of at least one: it is true by default"));
    }
    let containers = &service.containers;
    let cpu = containers.values().filter_map(|container| container.cpu);
    must_fit(cpu.sum(), service.cpu, "CPU units", &source.child("cpu"), graph);
    let kept = |container: &crate::config::ContainerConfig| container.memory_reservation.or(container.memory);
    must_fit(containers.values().filter_map(kept).sum(), service.memory, "MiB", &source.child("memory"), graph);
    for (name, container) in containers {
        container::check(name, container, service, &path.child(name), graph);
    }
}

fn must_fit(sum: u32, whole: u32, unit: &str, path: &KeyPath, graph: &mut Graph) {
    if sum > whole {
        let message = format!("the containers ask for {sum} {unit} together, and the task has {whole}");
        graph.problem(Problem::new(path.clone(), message));
    }
}
