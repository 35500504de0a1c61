//! The way from a task to the registry, Parameter Store and the logs: they are on the internet, as no private endpoint
//! is made here.

use std::collections::BTreeMap;

use deploy_kinds::ecs::Service;
use deploy_model::{Address, Finding, Input, Reference};
use serde::Deserialize;
use serde_json::Value;

use super::World;

/// Everything.
const ANYWHERE: &str = "0.0.0.0/0";
/// What all three are spoken to on.
const HTTPS: u16 = 443;

/// What is read of a route table's inputs.
#[derive(Deserialize)]
struct RouteTable {
    #[serde(default)]
    routes: BTreeMap<String, Value>,
    #[serde(default)]
    subnet_ids: Vec<Value>,
}

/// What is read of a security group's inputs.
#[derive(Deserialize)]
struct SecurityGroup {
    /// By what they say: `tcp 443 0.0.0.0/0`.
    #[serde(default)]
    egress: BTreeMap<String, Value>,
}

/// What stands between the tasks of a service and the services that they need.
pub(super) fn findings(world: &World<'_>, address: &Address, service: &Service) -> Vec<Finding> {
    let subnets = service.subnets.iter().filter_map(|subnet| declared(world, subnet));
    let closed = subnets.filter_map(|subnet| way_out(world, address, subnet, service.assign_public_ip));
    closed.chain(firewall(world, address, service)).collect()
}

/// The subnet that an input names, where it is one of ours.
fn declared<'a>(world: &World<'a>, input: &Input<String>) -> Option<&'a Address> {
    world.referred::<Value>(input).map(|(address, _)| address)
}

fn way_out(world: &World<'_>, service: &Address, subnet: &Address, has_address: bool) -> Option<Finding> {
    let named = |value: &Value| Reference::in_value(value).is_some_and(|reference| reference.address == *subnet);
    let tables = world.desired.iter().filter(|(address, _)| address.kind().to_string() == "network.route_table");
    let mut tables = tables.filter_map(|(_, inputs)| serde_json::from_value::<RouteTable>(inputs.clone()).ok());
    let table = tables.find(|table| table.subnet_ids.iter().any(named));
    let Some(target) = table.as_ref().and_then(|table| table.routes.get(ANYWHERE)) else {
        let message = format!("the subnet {} has no way out, so that no task could pull its image", subnet.name());
        return Some(Finding::blocked(service.clone(), message).help("run it in subnets with `public = true`"));
    };
    let gateway = Reference::in_value(target)
        .is_some_and(|reference| reference.address.kind().to_string() == "network.internet_gateway");
    let name = subnet.name();
    let message = format!("without a public address no task in the subnet {name} reaches the internet gateway");
    let help = "set `assign_public_ip = true`";
    (gateway && !has_address).then(|| Finding::blocked(service.clone(), message).help(help))
}

fn firewall(world: &World<'_>, address: &Address, service: &Service) -> Option<Finding> {
    let groups = service.security_groups.iter().map(|group| Some(world.referred::<SecurityGroup>(group)?.1));
    // A group that is named by its id may let anything out, and so does the default one.
    let groups = groups.collect::<Option<Vec<_>>>().filter(|groups| !groups.is_empty())?;
    if groups.iter().any(|group| group.egress.keys().any(|rule| may_reach_https(rule))) {
        return None;
    }
    let message = "none of its security groups lets HTTPS out, so that no task could pull its image";
    let help = "add a rule below `[security.groups.NAME.egress]` with `protocol = \"tcp\"` and `port = 443`";
    Some(Finding::blocked(address.clone(), message).help(help))
}

/// Whether a rule may let HTTPS out. Where to is not looked at: a private endpoint could be there.
fn may_reach_https(rule: &str) -> bool {
    let mut words = rule.split(' ');
    match (words.next(), words.next()) {
        (Some("all"), _) => true,
        (Some("tcp"), Some(ports)) => {
            let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
            match (from.parse::<u16>(), to.parse::<u16>()) {
                (Ok(from), Ok(to)) => (from..=to).contains(&HTTPS),
                _ => true,
            }
        }
        _ => false,
    }
}
