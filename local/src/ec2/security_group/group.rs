//! The groups themselves.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>

use super::permission::{ALL_PROTOCOLS, Traffic, check_text};
use super::rule::{Direction, Peer, SecurityGroupRule};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::describe::{Listed, View};
use crate::ec2::kind::{Kind, find};
use crate::ec2::tag;
use crate::error::ApiError;
use crate::world::Ids;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One security group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// `sg-…`
    pub id: String,
    /// Its name, unique in its VPC.
    pub name: String,
    /// Why it exists; it can never be changed.
    pub description: String,
    /// Its VPC.
    pub vpc_id: String,
}

/// The name of the group that every VPC has, and that nobody can delete.
const DEFAULT: &str = "default";

impl SecurityGroup {
    /// Whether this is the group that came with the VPC.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.name == DEFAULT
    }
}

/// The group that a VPC came with.
#[must_use]
pub fn default_group<'a>(state: &'a State, vpc_id: &str) -> Option<&'a SecurityGroup> {
    state.security_groups.values().find(|group| group.vpc_id == vpc_id && group.is_default())
}

/// Makes the default group of a new VPC: its members may reach each other, and everything.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
pub(in crate::ec2) fn create_default(state: &mut State, ids: &mut Ids, vpc_id: &str) {
    let id = insert(state, ids, DEFAULT, "default VPC security group", vpc_id);
    let rule = SecurityGroupRule {
        id: ids.resource(Kind::SecurityGroupRule.prefix()),
        group_id: id.clone(),
        direction: Direction::Ingress,
        traffic: Traffic::all(),
        peer: Peer::Group(id),
        description: None,
    };
    state.security_group_rules.insert(rule.id.clone(), rule);
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = params.required("GroupName")?;
    let description = params.required("GroupDescription")?;
    let tags = tag::read_specification(params, Kind::SecurityGroup)?;
    let vpc_id = params
        .optional("VpcId")
        .ok_or_else(|| ApiError::client("VPCIdNotSpecified", "No default VPC for this user"))?;
    check_name(&name)?;
    check_text("security group description", "descriptions", &description)?;
    let state = &mut call.account.region(&call.region).ec2;
    find(&state.vpcs, Kind::Vpc, &vpc_id)?;
    if state.groups_of(&vpc_id).any(|group| group.name.eq_ignore_ascii_case(&name)) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc_id}'");
        return Err(ApiError::client("InvalidGroup.Duplicate", message));
    }
    let id = insert(state, call.ids, &name, &description, &vpc_id);
    tag::attach(state, &id, tags);
    let view = View::of(call);
    Ok(Element::done()
        .field("groupId", &id)
        .set("tagSet", view.tags(&id))
        .field("securityGroupArn", view.arn(Kind::SecurityGroup, &id)))
}

/// "If you attempt to delete a security group that is associated with an instance or network interface or is referenced
/// by another security group, the operation fails with DependencyViolation."
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html>
pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("GroupId")?;
    let state = &mut call.region().ec2;
    if find(&state.security_groups, Kind::SecurityGroup, &id)?.is_default() {
        let message = format!("the specified group: \"{id}\" name: \"{DEFAULT}\" cannot be deleted by a user");
        return Err(ApiError::client("CannotDelete", message));
    }
    let peer = Peer::Group(id.clone());
    let referenced = state.security_group_rules.values().any(|rule| rule.peer == peer && rule.group_id != id);
    if referenced || state.network_interfaces.values().any(|interface| interface.group_ids.contains(&id)) {
        return Err(ApiError::client("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    state.security_groups.remove(&id);
    state.security_group_rules.retain(|_, rule| rule.group_id != id);
    state.forget_tags_of_the_gone();
    Ok(Element::done().field("groupId", id))
}

/// Inserts a group with the rule that each one starts with: out to everywhere.
fn insert(state: &mut State, ids: &mut Ids, name: &str, description: &str, vpc_id: &str) -> String {
    let id = ids.resource(Kind::SecurityGroup.prefix());
    let group = SecurityGroup {
        id: id.clone(),
        name: name.to_owned(),
        description: description.to_owned(),
        vpc_id: vpc_id.to_owned(),
    };
    let rule = SecurityGroupRule {
        id: ids.resource(Kind::SecurityGroupRule.prefix()),
        group_id: id.clone(),
        direction: Direction::Egress,
        traffic: Traffic::all(),
        peer: Peer::Ipv4(Ipv4Net::default()),
        description: None,
    };
    state.security_groups.insert(id.clone(), group);
    state.security_group_rules.insert(rule.id.clone(), rule);
    id
}

/// Up to 255 characters of a set, not beginning with `sg-`. "Names are case-insensitive."
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
fn check_name(name: &str) -> Result<(), ApiError> {
    check_text("security group name", "names", name)?;
    let message = match name {
        _ if name.eq_ignore_ascii_case(DEFAULT) => format!("Cannot use reserved security group name: {DEFAULT}"),
        _ if name.starts_with("sg-") => {
            "Invalid security group name. Group names may not be in the format sg-*.".to_owned()
        }
        _ => return Ok(()),
    };
    Err(ApiError::client("InvalidParameterValue", message))
}

/// The rules of a group in one direction.
fn rules<'a>(
    view: &'a View<'_>,
    group_id: &'a str,
    direction: Direction,
) -> impl Iterator<Item = &'a SecurityGroupRule> {
    let all = view.state.security_group_rules.values();
    all.filter(move |rule| rule.group_id == group_id && rule.direction == direction)
}

/// The rules of one direction as `ipPermissions` shows them: one item for each kind of traffic, with all its peers.
fn permissions(view: &View<'_>, group_id: &str, direction: Direction) -> Vec<Element> {
    let mut by_traffic: BTreeMap<&Traffic, Vec<&SecurityGroupRule>> = BTreeMap::new();
    for rule in rules(view, group_id, direction) {
        by_traffic.entry(&rule.traffic).or_default().push(rule);
    }
    by_traffic.into_iter().map(|(traffic, rules)| permission(view, traffic, &rules)).collect()
}

fn permission(view: &View<'_>, traffic: &Traffic, rules: &[&SecurityGroupRule]) -> Element {
    let has_ports = traffic.protocol != ALL_PROTOCOLS;
    let (mut groups, mut ipv4, mut ipv6) = (Vec::new(), Vec::new(), Vec::new());
    for rule in rules {
        let item = Element::new("item");
        let described = |item: Element| item.optional("description", rule.description.as_ref());
        match &rule.peer {
            Peer::Ipv4(network) => ipv4.push(described(item.field("cidrIp", network))),
            Peer::Ipv6(network) => ipv6.push(described(item.field("cidrIpv6", network))),
            Peer::Group(id) => groups.push(described(item.field("userId", view.account_id).field("groupId", id))),
        }
    }
    Element::new("item")
        .field("ipProtocol", &traffic.protocol)
        .optional("fromPort", has_ports.then_some(traffic.from_port))
        .optional("toPort", has_ports.then_some(traffic.to_port))
        .set("groups", groups)
        .set("ipRanges", ipv4)
        .set("ipv6Ranges", ipv6)
        .set("prefixListIds", [])
}

impl Listed for SecurityGroup {
    const KIND: Kind = Kind::SecurityGroup;
    const ID_PARAMETER: &'static str = "GroupId";
    const SET: &'static str = "securityGroupInfo";
    const FILTERS: &'static [&'static str] = &[
        "description",
        "egress.ip-permission.cidr",
        "egress.ip-permission.from-port",
        "egress.ip-permission.group-id",
        "egress.ip-permission.group-name",
        "egress.ip-permission.ipv6-cidr",
        "egress.ip-permission.prefix-list-id",
        "egress.ip-permission.protocol",
        "egress.ip-permission.to-port",
        "egress.ip-permission.user-id",
        "group-id",
        "group-name",
        "ip-permission.cidr",
        "ip-permission.from-port",
        "ip-permission.group-id",
        "ip-permission.group-name",
        "ip-permission.ipv6-cidr",
        "ip-permission.prefix-list-id",
        "ip-permission.protocol",
        "ip-permission.to-port",
        "ip-permission.user-id",
        "owner-id",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.security_groups
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        let (direction, of_rule) = match filter.strip_prefix("egress.") {
            Some(rest) => (Direction::Egress, rest),
            None => (Direction::Ingress, filter),
        };
        if let Some(member) = of_rule.strip_prefix("ip-permission.") {
            return rules(view, &self.id, direction).filter_map(|rule| rule.filter_value(member, view)).collect();
        }
        let value = match filter {
            "description" => &self.description,
            "group-id" => &self.id,
            "group-name" => &self.name,
            "owner-id" => view.account_id,
            "vpc-id" => &self.vpc_id,
            _ => return Vec::new(),
        };
        vec![value.to_owned()]
    }

    fn element(&self, view: &View<'_>) -> Element {
        Element::new("item")
            .field("ownerId", view.account_id)
            .field("groupId", &self.id)
            .field("groupName", &self.name)
            .field("groupDescription", &self.description)
            .field("vpcId", &self.vpc_id)
            .set("ipPermissions", permissions(view, &self.id, Direction::Ingress))
            .set("ipPermissionsEgress", permissions(view, &self.id, Direction::Egress))
            .set("tagSet", view.tags(&self.id))
            .field("securityGroupArn", view.arn(Kind::SecurityGroup, &self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    fn create(cloud: &mut Cloud, vpc: &str, name: &str, description: &str) -> String {
        let params = [("VpcId", vpc), ("GroupName", name), ("GroupDescription", description)];
        cloud.fail("CreateSecurityGroup", &params).to_string()
    }

    #[test]
    fn names_are_checked() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.security_group(&vpc, "app");
        let duplicate = format!("InvalidGroup.Duplicate: The security group 'app' already exists for VPC '{vpc}'");
        assert_eq!(create(&mut cloud, &vpc, "app", "text"), duplicate);
        for (name, description) in [
            ("default", "text"),
            ("sg-app", "text"),
            ("app%", "text"),
            ("a\u{e9}", "text"),
            ("other", "caf\u{e9}"),
            (&*"n".repeat(256), "text"),
        ] {
            let error = create(&mut cloud, &vpc, name, description);
            assert!(error.starts_with("InvalidParameterValue"), "{name} {description}: {error}");
        }
        assert!(create(&mut cloud, &vpc, "App", "text").starts_with("InvalidGroup.Duplicate"));
        let no_vpc = [("GroupName", "app"), ("GroupDescription", "text")];
        assert_eq!(cloud.code("CreateSecurityGroup", &no_vpc), "VPCIdNotSpecified");
        assert_eq!(cloud.code("CreateSecurityGroup", &[("GroupName", "app")]), "MissingParameter");
        let other = cloud.vpc("10.1.0.0/16");
        cloud.security_group(&other, "app");
    }

    #[test]
    fn a_new_group_lets_everything_out() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        let groups = cloud.list("DescribeSecurityGroups", "securityGroupInfo", &[("GroupId.1", &group)]);
        assert_eq!(groups[0].get("ipPermissions").map(|rules| rules.children.len()), Some(0));
        let out = &groups[0].get("ipPermissionsEgress").expect("rules").children[0];
        assert_eq!((out.text_of("ipProtocol"), out.get("fromPort")), ("-1", None));
        let filter = [("Filter.1.Name", "egress.ip-permission.cidr"), ("Filter.1.Value.1", "0.0.0.0/0")];
        assert_eq!(cloud.list("DescribeSecurityGroups", "securityGroupInfo", &filter).len(), 2);
    }

    #[test]
    fn the_default_group_and_groups_in_use_stay() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let default = cloud.list("DescribeSecurityGroups", "securityGroupInfo", &[])[0].text_of("groupId").to_owned();
        let error = cloud.fail("DeleteSecurityGroup", &[("GroupId", &default)]).to_string();
        let message =
            format!("CannotDelete: the specified group: \"{default}\" name: \"default\" cannot be deleted by a user");
        assert_eq!(error, message);
        let (app, database) = (cloud.security_group(&vpc, "app"), cloud.security_group(&vpc, "database"));
        let rule = [("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.Groups.1.GroupId", app.as_str())];
        for group in [&app, &database] {
            let params = [rule.as_slice(), &[("GroupId", group.as_str())]].concat();
            cloud.done("AuthorizeSecurityGroupIngress", &params);
        }
        let error = cloud.fail("DeleteSecurityGroup", &[("GroupId", &app)]).to_string();
        assert_eq!(error, format!("DependencyViolation: resource {app} has a dependent object"));
        cloud.done("DeleteSecurityGroup", &[("GroupId", &database)]);
        cloud.done("DeleteSecurityGroup", &[("GroupId", &app)]);
    }
}
