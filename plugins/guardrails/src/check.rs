//! What is wrong with the section itself.

use deploy_kinds::ecs::ImageName;
use deploy_plugin::model::{Address, KeyPath, Problem};
use deploy_plugin::{Graph, Stage};

use crate::config::Config;
use crate::stage::Guardrails;

/// Reports what can never be what was meant.
pub fn section(config: &Config, graph: &mut Graph) {
    let path = KeyPath::of([Guardrails::NAME]);
    for (index, registry) in config.registries.iter().flatten().enumerate() {
        if let Some((message, help)) = wrong_registry(registry) {
            let path = path.child("registries").child(index.to_string());
            graph.problem(Problem::new(path, message).help(help));
        }
    }
    for (index, tag) in config.required_tags.iter().enumerate() {
        if let Some(message) = wrong_tag(tag) {
            graph.problem(Problem::new(path.child("required_tags").child(index.to_string()), message));
        }
    }
    for address in config.exempt.keys() {
        if address.parse::<Address>().is_err() {
            let problem = Problem::new(path.child("exempt").child(address), format!("`{address}` is no address"));
            graph.problem(
                problem.help("write it as plans do, in quotes: `\"security.group.bastion\" = [\"open_ports\"]`"),
            );
        }
    }
}

fn wrong_registry(registry: &str) -> Option<(String, String)> {
    let filled_in = registry.replace("{account}", "123456789012").replace("{region}", "eu-west-1");
    let whole = format!("{}/x", filled_in.trim_end_matches('/'));
    match ImageName::parse(&whole) {
        Some(ImageName { registry: Some(_), .. }) => None,
        Some(_) => {
            let message = format!("`{registry}` names no registry");
            Some((message, format!("write `docker.io/{registry}` for Docker Hub, or the registry's host before it")))
        }
        None => {
            let help = "write it as an image begins, without a tag: `ghcr.io`, `public.ecr.aws/datadog`, \
                        `{account}.dkr.ecr.{region}.amazonaws.com`";
            Some((format!("`{registry}` is not what an image's name can begin with"), help.to_owned()))
        }
    }
}

/// Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>
fn wrong_tag(tag: &str) -> Option<String> {
    const LONGEST: usize = 128;
    let length = tag.chars().count();
    if length == 0 || length > LONGEST {
        Some(format!("a tag's key with {length} characters; 1 to {LONGEST} are allowed"))
    } else if tag.starts_with("aws:") {
        Some(format!("`{tag}` is a tag that AWS alone can set"))
    } else {
        None
    }
}
