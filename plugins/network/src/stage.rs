//! From the section `[network]` to the resources of one network.

use deploy_kinds::network::{InternetGateway, RouteTable, Subnet, Vpc};
use deploy_plugin::model::{Finding, Input, KeyPath, Part, Problem};
use deploy_plugin::{Graph, Outlook, Resource, Stage, StageContext};
use ipnet::Ipv4Net;

use crate::tables::{Table, tables};
use crate::{Config, SubnetConfig, existing, range, zone};

/// The stage `network`.
pub struct Network;

/// The one VPC of an environment, and its gateway, have this name in their addresses.
const MAIN: &str = "main";
/// The longest value of a tag.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions>
const LONGEST_TAG: usize = 256;

impl Stage for Network {
    const NAME: &'static str = "network";
    type Config = Config;

    fn desired(&self, config: &Config, cx: &StageContext, graph: &mut Graph) {
        let section = KeyPath::of([Self::NAME]);
        match (&config.existing, &config.cidr) {
            (Some(existing), _) => {
                existing::refuse_others(config, &section, graph);
                existing::give(existing, &section, graph);
            }
            (None, Some(cidr)) => Composition { config, cx, section, graph }.compose(cidr),
            (None, None) => refuse_parts_of_nothing(config, &section, graph),
        }
    }

    fn check(&self, _config: &Config, outlook: &Outlook<'_>) -> Vec<Finding> {
        zone::findings(outlook.plan)
    }
}

/// Subnets and tables without a network would be ignored.
fn refuse_parts_of_nothing(config: &Config, section: &KeyPath, graph: &mut Graph) {
    let keys = [
        ("subnets", !config.subnets.is_empty()),
        ("route_tables", !config.route_tables.is_empty()),
        ("internet_gateway", config.internet_gateway == Some(true)),
    ];
    for (key, _) in keys.iter().filter(|(_, set)| *set) {
        let problem = Problem::new(section.child(*key), format!("`{key}` needs a network to be part of"));
        graph.problem(problem.help("set `network.cidr`, such as `cidr = \"10.0.0.0/16\"`"));
    }
}

struct Composition<'a> {
    config: &'a Config,
    cx: &'a StageContext,
    section: KeyPath,
    graph: &'a mut Graph,
}

impl Composition<'_> {
    fn compose(&mut self, cidr: &str) {
        let name = self.cx.expand(&self.config.name);
        self.tag_must_hold(&name, self.section.child("name"));
        if self.config.dns_hostnames && !self.config.dns_support {
            let path = self.section.child("dns_hostnames");
            let problem = Problem::new(path, "DNS names of instances need the VPC's DNS support");
            self.graph.problem(problem.help("set `network.dns_support = true`, or `network.dns_hostnames = false`"));
        }
        self.vpc(cidr, &name);
        if self.config.has_internet_gateway() {
            let inputs = InternetGateway { vpc_id: Some(vpc_id()), tags: self.cx.tags_named(&name) };
            let _ = self.graph.add(MAIN, self.section.clone(), &inputs);
        }
        self.check_ranges(cidr);
        for (name, subnet) in &self.config.subnets {
            self.subnet(name, subnet);
        }
        for (name, table) in tables(self.config, &self.section, self.graph) {
            self.route_table(&name, table);
        }
    }

    fn tag_must_hold(&mut self, name: &str, path: KeyPath) {
        if name.chars().count() > LONGEST_TAG {
            let problem = Problem::new(path, format!("the name `{name}` does not fit into a tag"));
            self.graph.problem(problem.help(format!("a tag holds {LONGEST_TAG} characters")));
        }
    }

    fn vpc(&mut self, cidr: &str, name: &str) {
        let inputs = Vpc {
            cidr_block: cidr.to_owned(),
            enable_dns_support: self.config.dns_support,
            enable_dns_hostnames: self.config.dns_hostnames,
            tags: self.cx.tags_named(name),
        };
        let _ = self
            .graph
            .add(MAIN, self.section.clone(), &inputs)
            .field("cidr_block", self.section.child("cidr"))
            .field("enable_dns_support", self.section.child("dns_support"))
            .field("enable_dns_hostnames", self.section.child("dns_hostnames"));
    }

    /// Checks every range by itself, within the VPC's and against each other.
    fn check_ranges(&mut self, cidr: &str) {
        let vpc = self.range(cidr, self.section.child("cidr"));
        let subnets: Vec<(&str, Ipv4Net)> = self
            .config
            .subnets
            .iter()
            .filter_map(|(name, subnet)| {
                Some((name.as_str(), self.range(&subnet.cidr, self.subnet_key(name, "cidr"))?))
            })
            .collect();
        for (name, range) in &subnets {
            if let Some(vpc) = vpc.filter(|vpc| !vpc.contains(range)) {
                let message = format!("`{range}` lies outside of the VPC's range `{vpc}`");
                let problem = Problem::new(self.subnet_key(name, "cidr"), message);
                self.graph.problem(problem.help(format!("choose a part of `{vpc}`, or a larger `network.cidr`")));
            }
        }
        for ((later, range), (earlier, taken)) in range::overlaps(&subnets) {
            let message = format!("the subnets `{later}` ({range}) and `{earlier}` ({taken}) overlap");
            let problem = Problem::new(self.subnet_key(later, "cidr"), message);
            self.graph.problem(problem.help("give each subnet a range of its own"));
        }
    }

    fn range(&mut self, text: &str, path: KeyPath) -> Option<Ipv4Net> {
        range::parse(text, &path).map_err(|problem| self.graph.problem(problem)).ok()
    }

    fn subnet(&mut self, name: &str, subnet: &SubnetConfig) {
        let path = self.section.child("subnets").child(name);
        if subnet.public && !self.config.has_internet_gateway() {
            let problem = Problem::new(path.child("public"), "a public subnet needs the internet gateway");
            self.graph.problem(problem.help("remove `network.internet_gateway = false`, or `public = true` here"));
        }
        let tag = self.cx.name(name);
        self.tag_must_hold(&tag, path.clone());
        let Some(availability_zone) = self.zone(&subnet.zone) else {
            let message = format!("`{}` is not an availability zone", subnet.zone);
            let problem = Problem::new(path.child("zone"), message);
            self.graph.problem(problem.help("write its letter (`a`), or its whole name (`ap-northeast-1a`)"));
            return;
        };
        let inputs = Subnet {
            vpc_id: vpc_id(),
            cidr_block: subnet.cidr.clone(),
            availability_zone,
            map_public_ip_on_launch: subnet.map_public_ip,
            tags: self.cx.tags_named(&tag),
        };
        let _ = self
            .graph
            .add(name, path.clone(), &inputs)
            .field("vpc_id", self.section.child("cidr"))
            .field("cidr_block", path.child("cidr"))
            .field("availability_zone", path.child("zone"))
            .field("map_public_ip_on_launch", path.child("map_public_ip"));
    }

    /// A zone by its letter stands in the region that the plan is made for.
    fn zone(&self, text: &str) -> Option<Input<String>> {
        match text.as_bytes() {
            [b'a'..=b'z'] => Some(Input::Text(vec![self.cx.region(), Part::from(text)])),
            [start @ .., b'0'..=b'9', b'a'..=b'z'] if start.contains(&b'-') => Some(Input::Value(text.to_owned())),
            _ => None,
        }
    }

    fn route_table(&mut self, name: &str, table: Table) {
        let tag = self.cx.name(name);
        self.tag_must_hold(&tag, table.source.clone());
        let inputs = RouteTable {
            vpc_id: vpc_id(),
            routes: table.routes,
            subnet_ids: table.subnets.iter().map(|subnet| Subnet::output(subnet, "id")).collect(),
            tags: self.cx.tags_named(&tag),
        };
        let _ = self
            .graph
            .add(name, table.source, &inputs)
            .field("vpc_id", self.section.child("cidr"))
            .field("subnet_ids", self.section.child("subnets"));
    }

    fn subnet_key(&self, name: &str, key: &str) -> KeyPath {
        self.section.child("subnets").child(name).child(key)
    }
}

fn vpc_id() -> Input<String> {
    Vpc::output(MAIN, "id")
}

#[cfg(test)]
mod tests;
