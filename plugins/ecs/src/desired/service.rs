//! `[ecs.services.NAME]` as desired resources: a log group, a task definition and the service itself.

use deploy_kinds::ecs::{CircuitBreaker, Cluster, LogGroup, RolloutState, Service, TaskDefinition};
use deploy_model::{Address, Input, KeyPath, Problem};
use deploy_plugin::{Graph, Resource, StageContext};

use super::name::ServiceNames;
use super::reference::{SECURITY_GROUP, SUBNET, Target};
use super::{cluster, port, retention, rollout, task_definition};
use crate::config::{EcsConfig, ServiceConfig};

/// How many security groups and subnets a service may name.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html>
const MOST_SECURITY_GROUPS: usize = 5;
const MOST_SUBNETS: usize = 16;

/// What must be in place before tasks can reach anything, although no input of a service names it.
const WAY_OUT: [&str; 2] = ["network.internet_gateway.main", "network.route_table.public"];

/// Adds the resources of one service.
pub(crate) fn add(key: &str, service: &ServiceConfig, config: &EcsConfig, cx: &StageContext, graph: &mut Graph) {
    let source = KeyPath::of(["ecs", "services", key]);
    let names = ServiceNames::of(key, service, cx);
    names.check(&source, graph);
    check(service, config, &source, graph);
    add_log_group(key, service, &names, cx, graph);
    task_definition::add(key, service, &names, cx, graph);

    let inputs = inputs(key, service, &names, cx, graph);
    let placed = graph.add(key, source, &inputs).field("cluster", KeyPath::of(["ecs", "cluster"]));
    let address = |text: &str| text.parse::<Address>().expect("a fixed, valid address");
    let _ = WAY_OUT.iter().fold(placed, |placed, text| placed.after(address(text)));
}

fn add_log_group(key: &str, service: &ServiceConfig, names: &ServiceNames, cx: &StageContext, graph: &mut Graph) {
    let source = KeyPath::of(["ecs", "services", key]);
    let inputs = LogGroup {
        name: names.log_group.clone(),
        retention_days: service.log_retention_days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)),
        kms_key: service.log_kms_key.clone(),
        tags: cx.tags.clone(),
    };
    let field = |name: &str| source.child(name);
    let _ = graph
        .add(key, source.clone(), &inputs)
        .field("name", field("log_group"))
        .field("retention_days", field("log_retention_days"))
        .field("kms_key", field("log_kms_key"));
}

fn inputs(key: &str, service: &ServiceConfig, names: &ServiceNames, cx: &StageContext, graph: &mut Graph) -> Service {
    let signed = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let source = KeyPath::of(["ecs", "services", key]);
    let by_strategy = !service.capacity_provider_strategy.is_empty();
    Service {
        name: names.service.clone(),
        cluster: Cluster::output(cluster::KEY, "arn"),
        task_definition: TaskDefinition::output(key, "arn"),
        desired_count: signed(service.desired_count),
        launch_type: (!by_strategy).then(|| service.launch_type.as_str().to_owned()),
        capacity_provider_strategy: cluster::strategy(&service.capacity_provider_strategy),
        platform_version: Some(service.platform_version.clone()),
        subnets: resolve_all(&SUBNET, &service.subnets, &source.child("subnets"), graph),
        security_groups: resolve_all(
            &SECURITY_GROUP,
            &service.security_groups,
            &source.child("security_groups"),
            graph,
        ),
        assign_public_ip: service.assign_public_ip,
        minimum_healthy_percent: signed(service.minimum_healthy_percent),
        maximum_percent: signed(service.maximum_percent),
        circuit_breaker: CircuitBreaker {
            enable: service.circuit_breaker.enable,
            rollback: service.circuit_breaker.rollback,
        },
        propagate_tags: service.propagate_tags.as_str().to_owned(),
        enable_execute_command: service.enable_execute_command,
        rollout: service.wait.then_some(RolloutState::Completed),
        wait: service.wait,
        rollout_timeout_seconds: service.rollout_timeout_seconds,
        log_tail_lines: signed(service.log_tail_lines),
        tags: cx.tags.clone(),
    }
}

fn resolve_all(target: &Target, words: &[String], path: &KeyPath, graph: &mut Graph) -> Vec<Input<String>> {
    let resolve = |(index, word): (usize, &String)| target.resolve(word, path.child(index.to_string()), graph);
    words.iter().enumerate().map(resolve).collect()
}

fn check(service: &ServiceConfig, config: &EcsConfig, source: &KeyPath, graph: &mut Graph) {
    port::check(service, source, graph);
    rollout::check(service, source, graph);
    if let Some(days) = service.log_retention_days {
        retention::check(days, source.child("log_retention_days"), graph);
    }
    let strategy = source.child("capacity_provider_strategy");
    let providers = cluster::of(config).capacity_providers;
    cluster::check_strategy(&service.capacity_provider_strategy, &providers, &strategy, graph);
    if service.subnets.is_empty() {
        let problem = Problem::new(source.child("subnets"), "a service needs at least one subnet");
        graph.problem(problem.help("name keys of `[network.subnets]`"));
    }
    at_most(MOST_SUBNETS, "subnets", &service.subnets, source, graph);
    at_most(MOST_SECURITY_GROUPS, "security_groups", &service.security_groups, source, graph);
    if service.enable_execute_command && service.task_role.is_none() {
        let message = "`execute-command` needs a task role, with which the agent in the container signs in";
        let problem = Problem::new(source.child("enable_execute_command"), message);
        graph.problem(problem.help("set `task_role` to a role with the grant `execute_command`"));
    }
}

/// Reports a list that is too long, or that says a thing twice.
fn at_most(most: usize, field: &str, words: &[String], source: &KeyPath, graph: &mut Graph) {
    let path = source.child(field);
    if words.len() > most {
        let message =
            format!("a service has at most {most} {}, and these are {}", field.replace('_', " "), words.len());
        graph.problem(Problem::new(path.clone(), message));
    }
    for (index, word) in words.iter().enumerate() {
        if words[..index].contains(word) {
            graph.problem(Problem::new(path.child(index.to_string()), format!("`{word}` is listed twice")));
        }
    }
}
