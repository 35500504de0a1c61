//! A network that belongs to others: known by its ids, looked up before anything stands in it, never changed.

use deploy_kinds::network::{Subnet, Vpc};
use deploy_plugin::model::{Address, KeyPath, Problem};
use deploy_plugin::{Graph, Resource};
use serde_json::{Value, json};

use crate::{Config, Existing};

/// Puts the existing VPC and its subnets into the graph under the addresses that our own would have.
pub fn give(existing: &Existing, section: &KeyPath, graph: &mut Graph) {
    let path = section.child("existing");
    let vpc = &existing.vpc;
    give_one::<Vpc>("main", json!({ "id": vpc }), "vpc-", path.child("vpc"), graph);
    for (name, id) in &existing.subnets {
        let outputs = json!({ "id": id, "vpc_id": vpc });
        give_one::<Subnet>(name, outputs, "subnet-", path.child("subnets").child(name), graph);
    }
}

/// Reports the keys that describe a network of our own: they would be ignored.
pub fn refuse_others(config: &Config, section: &KeyPath, graph: &mut Graph) {
    let keys = [
        ("cidr", config.cidr.is_some()),
        ("internet_gateway", config.internet_gateway.is_some()),
        ("subnets", !config.subnets.is_empty()),
        ("route_tables", !config.route_tables.is_empty()),
    ];
    for (key, _) in keys.iter().filter(|(_, set)| *set) {
        let message = format!("`{key}` says nothing about a network that exists already");
        let help = format!("remove `{section}.{key}`, or `{section}.existing` for a network of your own");
        graph.problem(Problem::new(section.child(*key), message).help(help));
    }
}

fn give_one<R: Resource>(name: &str, outputs: Value, prefix: &str, path: KeyPath, graph: &mut Graph) {
    let id = outputs["id"].as_str().unwrap_or_default().to_owned();
    let kind = R::KIND.parse().expect("a kind's name is a constant of the form stage.kind");
    match Address::new(kind, name) {
        Ok(address) if is_id(&id, prefix) => graph.given(address, path, outputs),
        Ok(_) => {
            let problem = Problem::new(path, format!("`{id}` is not an id of the form `{prefix}…`"));
            graph.problem(problem.help("the VPC console and `aws ec2 describe-subnets` show the ids"));
        }
        Err(_) => {
            let problem = Problem::new(path, format!("`{name}` cannot name a subnet"));
            graph.problem(problem.help("use letters, digits, `_` and `-`"));
        }
    }
}

/// Whether `id` is an id of EC2 that begins with `prefix`: letters and digits follow, eight or more.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
pub fn is_id(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
