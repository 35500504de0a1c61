//! Where a sidecar's output goes: to a log group of its own, or to that of the service.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Container, Log, LogGroup};
use deploy_plugin::model::{Address, Input, KeyPath, Problem};
use deploy_plugin::{Blueprint, Graph, Resource, StageContext};

use crate::config::{Config, Sidecar};
use crate::stage::path_of;

const DRIVER: &str = "awslogs";
const GROUP: &str = "awslogs-group";
const REGION: &str = "awslogs-region";
const STREAM_PREFIX: &str = "awslogs-stream-prefix";

/// Adds the log group that the sidecar has for itself, if it has one.
pub fn add(name: &str, sidecar: &Sidecar, path: &KeyPath, cx: &StageContext, graph: &mut Graph) {
    let path = path.child("log");
    if let Some(days) = sidecar.log.retention_days {
        check_retention(days, sidecar, path.child("retention_days"), graph);
    }
    let prefix = &sidecar.log.stream_prefix;
    if prefix.is_empty() || prefix.contains([':', '*']) {
        let problem = Problem::new(path.child("stream_prefix"), format!("no log stream can begin with `{prefix}`"));
        graph.problem(problem.help("a name of a stream has neither `:` nor `*` in it: leave the key out for `ecs`"));
    }
    let Some(group) = &sidecar.log.group else { return };
    let group = cx.expand(group);
    check_name(&group, path.child("group"), graph);
    if sidecar.services.as_ref().is_some_and(Vec::is_empty) {
        return;
    }
    let log = LogGroup {
        tags: cx.tags_named(&group),
        name: group,
        retention_days: sidecar.log.retention_days,
        kms_key: None,
    };
    let sources = [("name", "group"), ("retention_days", "retention_days")];
    let sources = sources.map(|(field, key)| (KeyPath::of([field]), path.child(key)));
    let _ = graph.add(&key_of(name), path, &log).fields(sources);
}

/// Reports sidecars whose own log groups would be one.
pub fn must_differ(config: &Config, cx: &StageContext, graph: &mut Graph) {
    let mut known = BTreeMap::new();
    for (name, sidecar) in &config.containers {
        let Some(group) = sidecar.log.group.as_deref().map(|group| cx.expand(group)) else { continue };
        if let Some(first) = known.get(&group) {
            let message = format!("the log group `{group}` is that of `{first}` already");
            graph.problem(Problem::new(path_of(name).child("log").child("group"), message).help("give each its own"));
        } else {
            known.insert(group, name);
        }
    }
}

/// Log groups of others that have the name of a sidecar's own.
pub fn taken(config: &Config, cx: &StageContext, blueprint: &Blueprint) -> Vec<Problem> {
    let groups: Vec<(&Address, LogGroup)> = blueprint.all::<LogGroup>().collect();
    let own = config.containers.iter().filter_map(|(name, sidecar)| Some((name, sidecar.log.group.as_deref()?)));
    let taken = own.filter_map(|(name, group)| {
        let group = cx.expand(group);
        let is_other = |(address, log): &&(&Address, LogGroup)| log.name == group && address.name() != key_of(name);
        let (address, _) = groups.iter().find(is_other)?;
        let path = path_of(name).child("log").child("group");
        let problem = Problem::new(path, format!("`{address}` has the name `{group}` already"));
        Some(problem.help("give it another one, or leave `group` out for the log group of the service"))
    });
    taken.collect()
}

/// Where the output goes, in the terms of the inputs; `beside` are the service's own containers. Nowhere, where those
/// write to no log either.
pub fn input<'a>(
    name: &str,
    sidecar: &Sidecar,
    service: &str,
    beside: impl IntoIterator<Item = &'a Container>,
    cx: &StageContext,
) -> Option<Log> {
    let (group, region) = match sidecar.log.group {
        Some(_) => (LogGroup::output(&key_of(name), "name"), Input::Text(vec![cx.region()])),
        None => of_service(beside)?,
    };
    let prefix = Input::Value(crate::container::filled_in(&sidecar.log.stream_prefix, service, cx));
    let options = [(GROUP, group), (REGION, region), (STREAM_PREFIX, prefix)];
    Some(Log {
        driver: DRIVER.to_owned(),
        options: options.map(|(option, value)| (option.to_owned(), value)).into_iter().collect(),
    })
}

/// The group and the region of the first container that writes to CloudWatch.
fn of_service<'a>(containers: impl IntoIterator<Item = &'a Container>) -> Option<(Input<String>, Input<String>)> {
    let mut logs = containers.into_iter().filter_map(|container| container.log.as_ref());
    let options = logs.find_map(|log| (log.driver == DRIVER).then_some(&log.options))?;
    Some((options.get(GROUP)?.clone(), options.get(REGION)?.clone()))
}

/// The name of the log group in its address.
fn key_of(sidecar: &str) -> String {
    format!("sidecar_{sidecar}")
}

fn check_retention(days: i32, sidecar: &Sidecar, path: KeyPath, graph: &mut Graph) {
    let nearest: Vec<String> = LogGroup::nearest_retention(days).iter().map(i32::to_string).collect();
    if sidecar.log.group.is_none() {
        let problem = Problem::new(path, "the log is that of the service, and is kept as long as that says");
        graph.problem(
            problem.help("add `group = \"…\"` for a log group of its own, or set the service's `log_retention_days`"),
        );
    } else if !nearest.is_empty() {
        let problem = Problem::new(path, format!("CloudWatch cannot keep log events for {days} days"));
        graph.problem(problem.help(format!("the nearest it can: {}", nearest.join(" or "))));
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
fn check_name(name: &str, path: KeyPath, graph: &mut Graph) {
    const LONGEST: usize = 512;
    let length = name.chars().count();
    let is_legal = |character: &char| character.is_ascii_alphanumeric() || "-_/.#".contains(*character);
    if length == 0 || length > LONGEST {
        let message = format!("the log group name has {length} characters; 1 to {LONGEST} are allowed");
        graph.problem(Problem::new(path, message).help("leave `group` out for the log group of the service"));
    } else if let Some(character) = name.chars().find(|character| !is_legal(character)) {
        let message = format!("`{character}` cannot be part of the log group name `{name}`");
        let help = "use letters, digits, `-`, `_`, `/`, `.`, `#`, and `{app}`, `{env}` or `{prefix}`: it is one for all services";
        graph.problem(Problem::new(path, message).help(help));
    }
}
