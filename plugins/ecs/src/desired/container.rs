//! One container of a task definition, and what is wrong with it.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::UlimitName;
use deploy_kinds::ecs::{Container, HealthCheck, Log, Port, Ulimit};
use deploy_model::{Input, KeyPath, Part, Problem};
use deploy_plugin::{Graph, StageContext};

use super::reference::PARAMETER;
use super::{image, name};
use crate::config::{
    Command, Condition, ContainerConfig, HealthCheckConfig, PortConfig, SecretVariable, ServiceConfig, UlimitConfig,
    whole_arn,
};

/// The container in the terms of the inputs.
pub(super) fn input(
    config: &ContainerConfig,
    log_group: &Input<String>,
    path: &KeyPath,
    cx: &StageContext,
    graph: &mut Graph,
) -> Container {
    let variables = config.variables.iter().map(|(name, value)| (name.clone(), Input::from(value.clone())));
    let conditions = config.depends_on.iter().map(|(name, on)| (name.clone(), on.as_str().to_owned()));
    Container {
        image: image::input(&config.image, &path.child("image"), cx, graph),
        essential: config.essential,
        ports: config.ports.iter().map(port).collect(),
        variables: variables.collect(),
        secrets: secrets(config, path, graph),
        log: Some(log(config, log_group, cx)),
        command: config.command.clone(),
        entry_point: config.entry_point.clone(),
        working_directory: config.working_directory.clone(),
        user: config.user.clone(),
        cpu: config.cpu,
        memory: config.memory,
        memory_reservation: config.memory_reservation,
        health_check: config.health_check.as_ref().map(health_check),
        depends_on: conditions.collect(),
        stop_timeout: config.stop_timeout,
        readonly_root_filesystem: config.readonly_root_filesystem,
        init_process: config.init_process,
        ulimits: config.ulimits.iter().map(|(name, limit)| (name.clone(), ulimit(limit))).collect(),
        add_capabilities: config.add_capabilities.clone(),
        drop_capabilities: config.drop_capabilities.clone(),
    }
}

/// Reports what is wrong with the container `name`, in itself and among its siblings.
pub(super) fn check(name: &str, config: &ContainerConfig, service: &ServiceConfig, path: &KeyPath, graph: &mut Graph) {
    name::ecs("container").check(name, path.clone(), graph);
    check_variables(config, path, graph);
    check_dependencies(name, config, service, path, graph);
    if let (Some(kept), Some(most)) = (config.memory_reservation, config.memory)
        && kept > most
    {
        let message = format!("{kept} MiB cannot be kept for a container that may use {most}");
        graph.problem(Problem::new(path.child("memory_reservation"), message));
    }
    for (limit, values) in &config.ulimits {
        let path = path.child("ulimits").child(limit);
        if !UlimitName::values().contains(&limit.as_str()) {
            let help = format!("the limits are {}", UlimitName::values().join(", "));
            graph.problem(Problem::new(path, format!("there is no limit `{limit}`")).help(help));
        } else if values.soft > values.hard {
            graph.problem(Problem::new(path.child("soft"), "the soft limit is above the hard one"));
        }
    }
    if let Some(HealthCheckConfig { command: Command::Words(words), .. }) = &config.health_check
        && !matches!(words.first().map(String::as_str), Some("CMD" | "CMD-SHELL"))
    {
        let problem =
            Problem::new(path.child("health_check").child("command"), "the command does not say how it is run");
        graph.problem(problem.help("begin it with `\"CMD\"`, or write one string for the shell"));
    }
}

fn check_variables(config: &ContainerConfig, path: &KeyPath, graph: &mut Graph) {
    let mut known = BTreeMap::new();
    for SecretVariable { secret, at, .. } in config.secrets.paths() {
        if !config.secrets.takes_paths_at(&at) {
            let message = format!("`{secret}` stands for many parameters, and `{at}` is one variable");
            let help = format!("write `from = \"{secret}\"`: each parameter gets a variable named like its last level");
            graph.problem(Problem::new(path.child("secrets").child(at), message).help(help));
        }
    }
    for SecretVariable { variable, secret, json_key, at } in config.secrets.variables() {
        let at = path.child("secrets").child(at);
        if secret.starts_with("arn:") {
            if variable == secret {
                let problem = Problem::new(at.clone(), "a list names keys, and an ARN is no name of a variable");
                graph.problem(problem.help("write a table: `NAME = \"arn:…\"`"));
            } else if !is_arn_of_a_secret(secret) {
                let problem = Problem::new(at.clone(), format!("`{secret}` is no ARN of a parameter or a secret"));
                graph.problem(problem.help(
                    "it reads arn:aws:ssm:REGION:ACCOUNT:parameter/NAME or arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",
                ));
            }
        }
        if let Some(key) = json_key
            && (key.is_empty()
                || key.contains(':')
                || whole_arn(secret) != secret
                || secret.starts_with("arn:") && !secret.contains(":secretsmanager:"))
        {
            let message = format!("`{key}` cannot be a key of `{secret}`");
            let help = "a key has no `:` and stands behind no other; only secrets of Secrets Manager have keys";
            graph.problem(Problem::new(at.clone(), message).help(help));
        }
        if config.variables.contains_key(variable) {
            let message = format!("`{variable}` is in `variables` already");
            let help = format!("remove `{}`, or the secret", path.child("variables").child(variable));
            graph.problem(Problem::new(at, message).help(help));
        } else if known.insert(variable, ()).is_some() {
            graph.problem(Problem::new(at, format!("`{variable}` is listed twice")));
        }
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html>
fn is_arn_of_a_secret(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [_, partition, service, region, account, resource] = parts.as_slice() else { return false };
    let is_place = !partition.is_empty() && !region.is_empty() && account.len() == 12;
    let name = match *service {
        "ssm" => resource.strip_prefix("parameter/"),
        "secretsmanager" => resource.strip_prefix("secret:"),
        _ => None,
    };
    is_place && account.bytes().all(|byte| byte.is_ascii_digit()) && name.is_some_and(|name| !name.is_empty())
}

fn check_dependencies(
    name: &str,
    config: &ContainerConfig,
    service: &ServiceConfig,
    path: &KeyPath,
    graph: &mut Graph,
) {
    for (other, condition) in &config.depends_on {
        let at = path.child("depends_on").child(other);
        match service.containers.get(other) {
            _ if other == name => graph.problem(Problem::new(at, "a container cannot wait for itself")),
            None => {
                let names: Vec<String> = service.containers.keys().map(|name| format!("`{name}`")).collect();
                let problem = Problem::new(at, format!("there is no container `{other}`"));
                graph.problem(problem.help(format!("the containers are {}", names.join(", "))));
            }
            Some(awaited) if *condition == Condition::Healthy && awaited.health_check.is_none() => {
                let problem = Problem::new(at, format!("`{other}` has no health check that could pass"));
                graph.problem(problem.help(format!("give it a `health_check`, or wait for \"START\" of `{other}`")));
            }
            Some(awaited) if awaited.depends_on.contains_key(name) => {
                graph.problem(Problem::new(at, format!("`{other}` and `{name}` wait for each other")));
            }
            Some(awaited) if awaited.essential && matches!(condition, Condition::Complete | Condition::Success) => {
                // Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
                let problem = Problem::new(at, format!("`{other}` is essential: the task ends when it does"));
                graph.problem(problem.help(format!("set `essential = false` for `{other}`")));
            }
            Some(_) => {}
        }
    }
}

fn secrets(config: &ContainerConfig, path: &KeyPath, graph: &mut Graph) -> BTreeMap<String, Input<String>> {
    let at = path.child("secrets");
    for path in config.secrets.paths() {
        graph.query(&PARAMETER.kind(), path.secret, at.child(path.at));
    }
    let resolve = |from: SecretVariable<'_>| {
        if let Some(arn) = from.arn() {
            graph.query(&PARAMETER.kind(), arn, at.child(from.at.clone()));
        }
        let whole = PARAMETER.resolve(from.secret, at.child(from.at), graph);
        (from.variable.to_owned(), from.json_key.map_or(whole.clone(), |key| part_of(whole, key)))
    };
    config.secrets.variables().into_iter().map(resolve).collect()
}

/// One key of the JSON object that a secret's value is. Behind it stand a label and an id, left empty for the current
/// version.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
fn part_of(secret: Input<String>, key: &str) -> Input<String> {
    let suffix = format!(":{key}::");
    match secret {
        Input::Reference(reference) => Input::Text(vec![Part::Reference(reference), Part::Fixed(suffix)]),
        Input::Value(arn) => Input::Value(arn + &suffix),
        Input::Text(mut parts) => {
            parts.push(Part::Fixed(suffix));
            Input::Text(parts)
        }
    }
}

fn log(config: &ContainerConfig, log_group: &Input<String>, cx: &StageContext) -> Log {
    Log {
        driver: "awslogs".to_owned(),
        options: BTreeMap::from([
            ("awslogs-group".to_owned(), log_group.clone()),
            ("awslogs-region".to_owned(), Input::Text(vec![cx.region()])),
            ("awslogs-stream-prefix".to_owned(), Input::from(config.log_stream_prefix.as_str())),
        ]),
    }
}

fn port(config: &PortConfig) -> Port {
    let port = config.settings();
    Port { container: port.container, protocol: port.protocol.as_str().to_owned(), name: port.name }
}

fn health_check(config: &HealthCheckConfig) -> HealthCheck {
    let command = match &config.command {
        Command::Shell(line) => vec!["CMD-SHELL".to_owned(), line.clone()],
        Command::Words(words) => words.clone(),
    };
    HealthCheck {
        command,
        interval: signed(config.interval),
        timeout: signed(config.timeout),
        retries: signed(config.retries),
        start_period: config.start_period.map(signed),
    }
}

fn ulimit(config: &UlimitConfig) -> Ulimit {
    Ulimit { soft: signed(config.soft), hard: signed(config.hard) }
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
