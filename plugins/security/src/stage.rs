//! From the section `[security]` to security groups.

use std::collections::BTreeMap;

use deploy_kinds::security::{Group, Peer, Permission, PortRange, Protocol, Rule, Rules};
use deploy_plugin::model::{Finding, Input, KeyPath, Problem, Reference};
use deploy_plugin::{Graph, Outlook, Resource, Stage, StageContext};
use ipnet::IpNet;

use crate::{Config, GroupConfig, ProtocolName, RuleConfig, exposure, text};

/// The stage `security`.
pub struct Security;

impl Stage for Security {
    const NAME: &'static str = "security";
    type Config = Config;

    fn desired(&self, config: &Config, cx: &StageContext, graph: &mut Graph) {
        let groups = KeyPath::of([Self::NAME, "groups"]);
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for (key, group) in &config.groups {
            let path = groups.child(key);
            let name = group.name.as_ref().map_or_else(|| cx.name(key), |template| cx.expand(template));
            text::check_name(&name, &path.child("name")).into_iter().for_each(|problem| graph.problem(problem));
            if let Some(other) = taken.insert(name.clone(), key) {
                let message = format!("the groups `{key}` and `{other}` have the same name, `{name}`");
                graph.problem(Problem::new(path.child("name"), message).help("names are unique in a VPC"));
            }
            Composition { config, cx, graph, key, path }.compose(group, name);
        }
    }

    fn check(&self, _config: &Config, outlook: &Outlook<'_>) -> Vec<Finding> {
        exposure::findings(outlook.plan)
    }
}

/// One group on its way into the graph.
struct Composition<'a> {
    config: &'a Config,
    cx: &'a StageContext,
    graph: &'a mut Graph,
    key: &'a str,
    path: KeyPath,
}

impl Composition<'_> {
    fn compose(&mut self, group: &GroupConfig, name: String) {
        self.check_description(group);
        let mut sources = BTreeMap::new();
        let ingress = self.rules(&group.ingress, "ingress", &mut sources);
        let egress = self.rules(&group.egress, "egress", &mut sources);
        let inputs = Group {
            tags: self.cx.tags_named(&name),
            group_name: name,
            description: group.description.clone(),
            vpc_id: vpc_id(),
            ingress,
            egress,
        };
        let placed = self.graph.add(self.key, self.path.clone(), &inputs);
        let _ = placed.field("group_name", self.path.child("name")).fields(sources);
    }

    fn check_description(&mut self, group: &GroupConfig) {
        let path = self.path.child("description");
        if group.description.is_empty() {
            let problem = Problem::new(path, "AWS makes no security group without a description");
            self.graph.problem(problem.help("say what the group is for, or remove the key"));
        } else if let Some(problem) = text::check(&group.description, &path) {
            self.graph.problem(problem);
        }
    }

    /// The rules of one direction, one for each peer. `sources` learns which key each comes from.
    fn rules(
        &mut self,
        configured: &BTreeMap<String, RuleConfig>,
        direction: &str,
        sources: &mut BTreeMap<KeyPath, KeyPath>,
    ) -> Rules {
        let mut rules = Rules::new();
        let mut said: BTreeMap<Permission, &str> = BTreeMap::new();
        for (key, rule) in configured {
            let path = self.path.child(direction).child(key);
            text::check(&rule.description, &path.child("description"))
                .into_iter()
                .for_each(|problem| self.graph.problem(problem));
            let ports = ports(rule, &path);
            let peers = self.peers(rule, &path);
            let (protocol, ports) = match ports {
                Ok(ports) => (protocol(rule.protocol), ports),
                Err(problem) => {
                    self.graph.problem(problem);
                    continue;
                }
            };
            for (peer, group) in peers {
                let permission = Permission { protocol, ports, peer };
                if let Some(other) = said.insert(permission.clone(), key) {
                    self.graph.problem(said_twice(&path, &permission, key, other));
                }
                sources.insert(KeyPath::of([direction.to_owned(), permission.to_string()]), path.clone());
                rules.insert(permission, Rule { description: rule.description.clone(), group });
            }
        }
        rules
    }

    /// The peers of a rule, and for groups of this environment where their id comes from.
    fn peers(&mut self, rule: &RuleConfig, path: &KeyPath) -> Vec<(Peer, Option<Input<String>>)> {
        let mut peers = Vec::new();
        for (key, ranges) in [("cidrs", &rule.cidrs), ("ipv6_cidrs", &rule.ipv6_cidrs)] {
            for (index, range) in ranges.iter().enumerate() {
                match read_range(range, key == "ipv6_cidrs") {
                    Ok(range) => peers.push((Peer::Range(range), None)),
                    Err((message, help)) => {
                        let path = path.child(key).child(index.to_string());
                        self.graph.problem(Problem::new(path, message).help(help));
                    }
                }
            }
        }
        for (index, name) in rule.groups.iter().enumerate() {
            if name == self.key {
                peers.push((Peer::Itself, None));
            } else if self.config.groups.contains_key(name) {
                peers.push((Peer::Group(name.clone()), Some(Group::output(name, "id"))));
            } else {
                self.graph.problem(self.unknown_group(name, path.child("groups").child(index.to_string())));
            }
        }
        for (index, id) in rule.prefix_lists.iter().enumerate() {
            if id.len() > 3 && id.starts_with("pl-") {
                peers.push((Peer::PrefixList(id.clone()), None));
            } else {
                let path = path.child("prefix_lists").child(index.to_string());
                let problem = Problem::new(path, format!("`{id}` is not the id of a prefix list"));
                self.graph.problem(problem.help("ids have the form `pl-…`"));
            }
        }
        peers.extend(rule.itself.then_some((Peer::Itself, None)));
        if nobody_is_named(rule) {
            let problem = Problem::new(path.clone(), "the rule says nothing about the other side");
            self.graph.problem(problem.help("add `cidrs`, `ipv6_cidrs`, `groups`, `prefix_lists` or `self = true`"));
        }
        peers
    }

    fn unknown_group(&self, name: &str, path: KeyPath) -> Problem {
        let others = self.config.groups.keys().filter(|other| *other != self.key);
        let others = others.map(|other| format!("`{other}`")).collect::<Vec<_>>().join(", ");
        let declare = format!("declare it: `[security.groups.{name}]`");
        let help = if others.is_empty() { declare } else { format!("{declare}, or use one of: {others}") };
        Problem::new(path, format!("no security group `{name}` is declared")).help(help)
    }
}

/// The network's VPC, whoever made it.
fn vpc_id() -> Input<String> {
    Input::Reference(Reference::new("network.vpc.main".parse().expect("a fixed, valid address"), "id"))
}

fn protocol(protocol: ProtocolName) -> Protocol {
    match protocol {
        ProtocolName::All => Protocol::All,
        ProtocolName::Tcp => Protocol::Tcp,
        ProtocolName::Udp => Protocol::Udp,
        ProtocolName::Icmp => Protocol::Icmp,
        ProtocolName::Icmpv6 => Protocol::Icmpv6,
    }
}

fn nobody_is_named(rule: &RuleConfig) -> bool {
    let lists = [&rule.cidrs, &rule.ipv6_cidrs, &rule.groups, &rule.prefix_lists];
    !rule.itself && lists.iter().all(|list| list.is_empty())
}

fn said_twice(path: &KeyPath, permission: &Permission, key: &str, other: &str) -> Problem {
    let message = if key == other {
        format!("the rule says `{permission}` twice")
    } else {
        format!("the rules `{key}` and `{other}` both say `{permission}`")
    };
    Problem::new(path.clone(), message).help("AWS knows a rule by its protocol, ports and peer: keep one")
}

/// The ports of a rule, which TCP and UDP need and nothing else has.
fn ports(rule: &RuleConfig, path: &KeyPath) -> Result<Option<PortRange>, Problem> {
    let refuse = |key: &str, message: &str, help: &str| Err(Problem::new(path.child(key), message).help(help));
    let range = |from: u16, to: u16| Ok(Some(PortRange { from: from.into(), to: to.into() }));
    let named = protocol(rule.protocol);
    match (rule.port, rule.from_port, rule.to_port) {
        (None, None, None) if !named.has_ports() => Ok(None),
        (None, None, None) => {
            let message = format!("a rule for {named} needs its ports");
            refuse("protocol", &message, "set `port`; for all of them `from_port = 0` and `to_port = 65535`")
        }
        (port, from, _) if !named.has_ports() => {
            let key = if port.is_some() {
                "port"
            } else if from.is_some() {
                "from_port"
            } else {
                "to_port"
            };
            let message = format!("a rule for the protocol `{named}` has no ports");
            refuse(key, &message, "remove the key, or choose `tcp` or `udp`")
        }
        (Some(port), None, None) => range(port, port),
        (Some(_), _, _) => refuse("port", "`port` is set together with a range of ports", "keep one of the two"),
        (None, Some(from), Some(to)) if from <= to => range(from, to),
        (None, Some(_), Some(_)) => refuse("from_port", "`from_port` is above `to_port`", "exchange the two"),
        (None, Some(_), None) => refuse("from_port", "`to_port` is missing", "set it, or use `port`"),
        (None, None, Some(_)) => refuse("to_port", "`from_port` is missing", "set it, or use `port`"),
    }
}

/// A range of the right family, or what is wrong with it and what to do.
fn read_range(text: &str, ipv6: bool) -> Result<IpNet, (String, String)> {
    let example = if ipv6 { "::/0" } else { "0.0.0.0/0" };
    let Ok(range) = text.parse::<IpNet>() else {
        let help = format!("write it like `{example}`; a single address ends in `/{}`", if ipv6 { 128 } else { 32 });
        return Err((format!("`{text}` is not an address range"), help));
    };
    if range != range.trunc() {
        let message = format!("`{text}` is an address within a network, not a network");
        return Err((message, format!("the network is `{}`", range.trunc())));
    }
    match range {
        IpNet::V4(_) if ipv6 => Err((format!("`{text}` is an IPv4 range"), "move it to `cidrs`".to_owned())),
        IpNet::V6(_) if !ipv6 => Err((format!("`{text}` is an IPv6 range"), "move it to `ipv6_cidrs`".to_owned())),
        range => Ok(range),
    }
}

#[cfg(test)]
mod tests;
