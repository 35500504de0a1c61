//! The rules of a group in one direction, to and from the form in which AWS lists them.

use std::collections::BTreeMap;

use deploy_aws::ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use deploy_kinds::security::{Peer, Permission, PortRange, Protocol, Rule, Rules};
use deploy_plugin::model::{Fault, Input};
use ipnet::IpNet;

/// The groups of an environment: their names by their ids.
pub type Neighbours = BTreeMap<String, String>;

/// The rules that AWS lists for the group `own`.
pub fn of_listing(listing: &[IpPermission], own: &str, neighbours: &Neighbours) -> Rules {
    listing.iter().flat_map(|permission| of_permission(permission, own, neighbours)).collect()
}

/// AWS gathers the peers of equal traffic in one permission; each is a rule.
fn of_permission(permission: &IpPermission, own: &str, neighbours: &Neighbours) -> Vec<(Permission, Rule)> {
    let Some(protocol) = permission.ip_protocol().and_then(|code| code.parse::<Protocol>().ok()) else {
        return Vec::new();
    };
    let ports = ports(protocol, permission.from_port, permission.to_port);
    let rule = |peer: Peer, description: Option<&str>, group: Option<&str>| {
        let group = group.map(Input::from);
        (Permission { protocol, ports, peer }, Rule { description: description.unwrap_or_default().to_owned(), group })
    };
    let range = |text: Option<&str>| text?.parse::<IpNet>().ok().map(Peer::Range);
    let ipv4 = permission.ip_ranges().iter().filter_map(|ipv4| Some((range(ipv4.cidr_ip())?, ipv4.description())));
    let ipv6 = permission.ipv6_ranges().iter().filter_map(|ipv6| Some((range(ipv6.cidr_ipv6())?, ipv6.description())));
    let lists = permission.prefix_list_ids().iter();
    let lists = lists.filter_map(|list| Some((Peer::PrefixList(list.prefix_list_id.clone()?), list.description())));
    let plain = ipv4.chain(ipv6).chain(lists).map(|(peer, description)| rule(peer, description, None));
    let groups = permission.user_id_group_pairs().iter().filter_map(|pair| {
        let id = pair.group_id()?;
        Some(match neighbours.get(id) {
            _ if id == own => rule(Peer::Itself, pair.description(), None),
            Some(name) => rule(Peer::Group(name.clone()), pair.description(), Some(id)),
            None => rule(Peer::Stranger(id.to_owned()), pair.description(), None),
        })
    });
    plain.chain(groups).collect()
}

/// The ports, unless they say "all": always for protocols without ports, and for ICMP where any type is meant.
fn ports(protocol: Protocol, from: Option<i32>, to: Option<i32>) -> Option<PortRange> {
    let range = PortRange { from: from?, to: to? };
    let any = protocol.has_types() && range.from == -1;
    (protocol.has_ports() || protocol.has_types() && !any).then_some(range)
}

/// A rule as AWS's calls take it. `own` is the id of the group that has it.
///
/// # Errors
/// Where the peer's id is not known, which is a defect of the engine.
pub fn to_permission(permission: &Permission, rule: &Rule, own: &str) -> Result<IpPermission, Fault> {
    let description = Some(rule.description.clone()).filter(|description| !description.is_empty());
    let any_type = permission.protocol.has_types().then_some(-1);
    let call = IpPermission::builder()
        .ip_protocol(permission.protocol.code())
        .set_from_port(permission.ports.map(|ports| ports.from).or(any_type))
        .set_to_port(permission.ports.map(|ports| ports.to).or(any_type));
    let group = |id: &str, description| UserIdGroupPair::builder().group_id(id).set_description(description).build();
    let call = match &permission.peer {
        Peer::Range(IpNet::V4(range)) => {
            call.ip_ranges(IpRange::builder().cidr_ip(range.to_string()).set_description(description).build())
        }
        Peer::Range(IpNet::V6(range)) => {
            call.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range.to_string()).set_description(description).build())
        }
        Peer::PrefixList(id) => {
            call.prefix_list_ids(PrefixListId::builder().prefix_list_id(id).set_description(description).build())
        }
        Peer::Itself => call.user_id_group_pairs(group(own, description)),
        Peer::Stranger(id) => call.user_id_group_pairs(group(id, description)),
        Peer::Group(name) => {
            let id = rule.group.as_ref().ok_or_else(|| Fault::internal(format!("the group `{name}` has no id")))?;
            call.user_id_group_pairs(group(id.known()?, description))
        }
    };
    Ok(call.build())
}

/// What must be done to get from some rules to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Rules to add.
    pub authorise: Vec<IpPermission>,
    /// Rules to describe otherwise.
    pub describe: Vec<IpPermission>,
    /// Rules to take away.
    pub revoke: Vec<IpPermission>,
}

/// The difference between the rules `live` and `desired` of the group `own`.
///
/// # Errors
/// As [`to_permission`].
pub fn difference(live: &Rules, desired: &Rules, own: &str) -> Result<Difference, Fault> {
    let mut difference = Difference::default();
    for (permission, rule) in desired {
        let wanted = to_permission(permission, rule, own)?;
        match live.get(permission) {
            Some(before) if before == rule => {}
            Some(before) if before.group == rule.group => difference.describe.push(wanted),
            _ => difference.authorise.push(wanted),
        }
    }
    for (permission, rule) in live {
        if desired.get(permission).is_none_or(|after| after.group != rule.group) {
            difference.revoke.push(to_permission(permission, rule, own)?);
        }
    }
    Ok(difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(description: &str) -> Rule {
        Rule { description: description.to_owned(), group: None }
    }

    fn rules(texts: &[(&str, Rule)]) -> Rules {
        texts.iter().map(|(text, rule)| (text.parse().expect("a permission"), rule.clone())).collect()
    }

    #[test]
    fn a_listing_is_read_rule_by_rule() {
        let pair = |id: &str| UserIdGroupPair::builder().group_id(id).description("d").build();
        let http = IpPermission::builder().ip_protocol("tcp").from_port(80).to_port(80);
        let listing = [
            IpPermission::builder().ip_protocol("-1").user_id_group_pairs(pair("sg-own")).build(),
            http.ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
                .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
                .user_id_group_pairs(pair("sg-web"))
                .user_id_group_pairs(pair("sg-other"))
                .build(),
            IpPermission::builder()
                .ip_protocol("icmp")
                .from_port(-1)
                .to_port(-1)
                .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build())
                .build(),
        ];
        let neighbours = Neighbours::from([("sg-web".to_owned(), "web".to_owned())]);
        let expected = rules(&[
            ("all self", rule("d")),
            ("tcp 80 0.0.0.0/0", rule("")),
            ("tcp 80 ::/0", rule("")),
            ("tcp 80 group web", Rule { group: Some("sg-web".into()), ..rule("d") }),
            ("tcp 80 sg-other", rule("d")),
            ("icmp pl-1", rule("")),
        ]);
        let read = of_listing(&listing, "sg-own", &neighbours);
        assert_eq!(read, expected);
        let written = read.iter().map(|(permission, rule)| to_permission(permission, rule, "sg-own").expect("known"));
        assert_eq!(of_listing(&written.collect::<Vec<_>>(), "sg-own", &neighbours), expected);
    }

    #[test]
    fn only_what_differs_is_called_for() {
        let moved = |id: &str| Rule { group: Some(id.into()), ..rule("") };
        let live = rules(&[
            ("all 0.0.0.0/0", rule("")),
            ("tcp 22 0.0.0.0/0", rule("")),
            ("tcp 80 self", rule("same")),
            ("tcp 81 group web", moved("sg-old")),
        ]);
        let desired = rules(&[
            ("all 0.0.0.0/0", rule("Allow to Any")),
            ("tcp 80 self", rule("same")),
            ("tcp 81 group web", moved("sg-new")),
            ("tcp 443 0.0.0.0/0", rule("")),
        ]);
        let difference = difference(&live, &desired, "sg-own").expect("known");
        let ports = |list: &[IpPermission]| list.iter().map(|rule| rule.from_port).collect::<Vec<_>>();
        assert_eq!(ports(&difference.authorise), [Some(81), Some(443)]);
        assert_eq!(ports(&difference.describe), [None]);
        assert_eq!(ports(&difference.revoke), [Some(22), Some(81)]);
    }
}
