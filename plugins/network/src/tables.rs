//! From subnets and route tables as the section has them to tables with their subnets and routes.

use std::collections::BTreeMap;

use deploy_kinds::network::InternetGateway;
use deploy_plugin::model::{Input, KeyPath, Problem};
use deploy_plugin::{Graph, Resource};

use crate::route::{Destination, NotADestination, Target};
use crate::{Config, RouteTableConfig, SubnetConfig};

/// The route table of public subnets that name no other.
const PUBLIC: &str = "public";
/// The target of a route that leads to this network's own internet gateway.
const INTERNET_GATEWAY: &str = "internet_gateway";

/// A route table to be.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// The names of the subnets that use it.
    pub subnets: Vec<String>,
    /// Targets by destination.
    pub routes: BTreeMap<String, Input<String>>,
    /// The configuration key that asks for it.
    pub source: KeyPath,
}

/// Every route table by name: those that are written down, and the one that public subnets need.
pub fn tables(config: &Config, section: &KeyPath, graph: &mut Graph) -> BTreeMap<String, Table> {
    let mut tables = BTreeMap::new();
    for (name, table) in &config.route_tables {
        let source = section.child("route_tables").child(name);
        let routes = routes(config, table, &source.child("routes"), graph);
        tables.insert(name.clone(), Table { subnets: Vec::new(), routes, source });
    }
    if config.has_internet_gateway() && config.subnets.values().any(uses_public) {
        tables.entry(PUBLIC.to_owned()).or_insert_with(|| Table {
            subnets: Vec::new(),
            routes: BTreeMap::from([("0.0.0.0/0".to_owned(), internet_gateway())]),
            source: section.child("subnets"),
        });
    }
    for (name, subnet) in &config.subnets {
        let Some(wanted) = subnet.route_table.as_deref().or(subnet.public.then_some(PUBLIC)) else { continue };
        let known = tables.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match tables.get_mut(wanted) {
            Some(table) => table.subnets.push(name.clone()),
            // That a public subnet has no table then is the fault of the missing gateway.
            None if wanted == PUBLIC && subnet.public => {}
            None => {
                let path = section.child("subnets").child(name).child("route_table");
                let declare = format!("declare it: `[{}]`", section.child("route_tables").child(wanted));
                let help = if known.is_empty() { declare } else { format!("{declare}, or use one of: {known}") };
                graph.problem(Problem::new(path, format!("no route table `{wanted}` is declared")).help(help));
            }
        }
    }
    tables
}

/// Whether a subnet uses the table that need not be written down.
fn uses_public(subnet: &SubnetConfig) -> bool {
    match subnet.route_table.as_deref() {
        Some(name) => subnet.public && name == PUBLIC,
        None => subnet.public,
    }
}

fn internet_gateway() -> Input<String> {
    InternetGateway::output("main", "id")
}

fn routes(
    config: &Config,
    table: &RouteTableConfig,
    path: &KeyPath,
    graph: &mut Graph,
) -> BTreeMap<String, Input<String>> {
    let mut routes = BTreeMap::new();
    for (destination, target) in &table.routes {
        let key = path.child(destination);
        let target = target_of(config, target, &key);
        match (read_destination(destination, &key), target) {
            (Ok(destination), Ok(target)) => {
                if routes.insert(destination.to_string(), target).is_some() {
                    graph.problem(Problem::new(key, format!("`{destination}` has a route already")));
                }
            }
            (destination, target) => {
                destination.err().into_iter().chain(target.err()).for_each(|problem| graph.problem(problem));
            }
        }
    }
    routes
}

fn read_destination(text: &str, key: &KeyPath) -> Result<Destination, Problem> {
    Destination::parse(text).map_err(|error| match error {
        NotADestination::Form => {
            Problem::new(key.clone(), format!("`{text}` is neither an address range nor a prefix list"))
                .help("write it like `0.0.0.0/0`, `::/0` or `pl-…`")
        }
        NotADestination::HostBits(network) => {
            Problem::new(key.clone(), format!("`{text}` is an address within a network, not a network"))
                .help(format!("the network is `{network}`"))
        }
    })
}

fn target_of(config: &Config, text: &str, key: &KeyPath) -> Result<Input<String>, Problem> {
    if text == INTERNET_GATEWAY {
        let missing = || Problem::new(key.clone(), "the network has no internet gateway");
        let help = "set `network.internet_gateway = true`";
        return config.has_internet_gateway().then(internet_gateway).ok_or_else(|| missing().help(help));
    }
    match Target::of(text) {
        Some(_) => Ok(Input::Value(text.to_owned())),
        None => {
            let help = format!("use `{INTERNET_GATEWAY}`, or an id: {}", Target::forms());
            Err(Problem::new(key.clone(), format!("no route can lead to `{text}`")).help(help))
        }
    }
}
