//! What is wrong with a sidecar whatever it runs beside.

use std::collections::BTreeSet;

use deploy_kinds::ecs::ImageName;
use deploy_plugin::Graph;
use deploy_plugin::model::{KeyPath, Problem};

use crate::config::{Command, Condition, HealthCheckConfig, Image, Sidecar};

/// The limits that a container can have.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html>
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// Reports what is wrong with the sidecar `name` in itself.
pub fn alone(name: &str, sidecar: &Sidecar, path: &KeyPath, graph: &mut Graph) {
    check_name(name, path, graph);
    check_image(&sidecar.image, &path.child("image"), graph);
    if sidecar.services.is_some() && !sidecar.except.is_empty() {
        let problem = Problem::new(path.child("except"), "the services are named, and so are those that are left out");
        graph.problem(problem.help("keep one of `services` and `except`"));
    }
    if let (Some(kept), Some(most)) = (sidecar.memory_reservation, sidecar.memory)
        && kept > most
    {
        let message = format!("{kept} MiB cannot be kept for a container that may use {most}");
        graph.problem(Problem::new(path.child("memory_reservation"), message));
    }
    check_secrets(sidecar, path, graph);
    check_limits(sidecar, path, graph);
    check_waiting(name, sidecar, path, graph);
    if let Some(HealthCheckConfig { command, .. }) = &sidecar.health_check {
        check_command(command, path.child("health_check").child("command"), graph);
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>
fn check_name(name: &str, path: &KeyPath, graph: &mut Graph) {
    const LONGEST: usize = 255;
    let is_legal = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if name.is_empty() || name.len() > LONGEST || !name.chars().all(is_legal) {
        let problem = Problem::new(path.clone(), format!("`{name}` cannot name a container"));
        graph.problem(problem.help(format!("use letters, digits, `-` and `_`, at most {LONGEST}")));
    }
}

fn check_image(image: &Image, path: &KeyPath, graph: &mut Graph) {
    const LIKE_THIS: &str = "write it as for `docker pull`: `public.ecr.aws/datadog/agent:7`; names have no capitals";
    match image {
        Image::Uri(uri) if uri.trim().is_empty() => {
            graph.problem(Problem::new(path.clone(), "the image is empty").help(LIKE_THIS));
        }
        Image::Uri(uri) if ImageName::parse(uri).is_none() => {
            graph.problem(Problem::new(path.clone(), format!("`{uri}` is not the URI of an image")).help(LIKE_THIS));
        }
        Image::Uri(_) => {}
        Image::Repository(image) => {
            if image.tag.is_some() && image.digest.is_some() {
                let problem = Problem::new(path.child("tag"), "an image has a tag or a digest, not both");
                graph.problem(problem.help("remove `tag`: the digest is the more exact"));
            }
            if let Some(tag) = image.tag.as_deref().filter(|tag| !ImageName::is_tag(tag)) {
                graph.problem(Problem::new(path.child("tag"), format!("`{tag}` is not a tag")));
            }
            if let Some(digest) = image.digest.as_deref().filter(|digest| !ImageName::is_digest(digest)) {
                let problem = Problem::new(path.child("digest"), format!("`{digest}` is not a digest"));
                graph.problem(problem.help("a digest is `sha256:` and 64 hexadecimal digits"));
            }
        }
    }
}

fn check_secrets(sidecar: &Sidecar, path: &KeyPath, graph: &mut Graph) {
    let mut known = BTreeSet::new();
    for secret in sidecar.secrets.variables() {
        let at = path.child("secrets").child(secret.at.clone());
        let variable = secret.variable;
        if secret.is_arn() && variable == secret.secret {
            let problem = Problem::new(at, "a list names keys, and an ARN is no name of a variable");
            graph.problem(problem.help("write a table: `NAME = \"arn:…\"`"));
        } else if sidecar.variables.contains_key(variable) {
            let problem = Problem::new(at, format!("`{variable}` is in `variables` already"));
            graph.problem(problem.help(format!("remove `{}`, or the secret", path.child("variables").child(variable))));
        } else if !known.insert(variable) {
            graph.problem(Problem::new(at, format!("`{variable}` is listed twice")));
        }
    }
}

fn check_limits(sidecar: &Sidecar, path: &KeyPath, graph: &mut Graph) {
    for (limit, values) in &sidecar.ulimits {
        let path = path.child("ulimits").child(limit);
        if !ULIMITS.contains(&limit.as_str()) {
            let problem = Problem::new(path, format!("there is no limit `{limit}`"));
            graph.problem(problem.help(format!("the limits are {}", ULIMITS.join(", "))));
        } else if values.soft > values.hard {
            graph.problem(Problem::new(path.child("soft"), "the soft limit is above the hard one"));
        }
    }
}

/// Whether what the other containers wait for can ever come.
fn check_waiting(name: &str, sidecar: &Sidecar, path: &KeyPath, graph: &mut Graph) {
    let at = path.child("containers_wait_for");
    match sidecar.containers_wait_for {
        Some(Condition::Healthy) if sidecar.health_check.is_none() => {
            let problem = Problem::new(at, format!("`{name}` has no health check that could pass"));
            graph.problem(problem.help("give it a `health_check`, or wait for \"START\""));
        }
        // Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
        Some(Condition::Complete | Condition::Success) if sidecar.essential => {
            let problem = Problem::new(at, format!("`{name}` is essential: the task ends when it does"));
            graph.problem(problem.help("leave `essential` out, or wait for \"START\""));
        }
        _ => {}
    }
    if sidecar.depends_on.contains_key(name) {
        graph.problem(Problem::new(path.child("depends_on").child(name), "a container cannot wait for itself"));
    }
}

fn check_command(command: &Command, path: KeyPath, graph: &mut Graph) {
    let is_said = match command {
        Command::Shell(line) => !line.trim().is_empty(),
        Command::Words(words) => matches!(words.first().map(String::as_str), Some("CMD" | "CMD-SHELL")),
    };
    if !is_said {
        let problem = Problem::new(path, "the command does not say what is run, or how");
        graph.problem(problem.help("begin a list with `\"CMD\"`, or write one string for the shell"));
    }
}
