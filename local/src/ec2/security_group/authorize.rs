//! New rules.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>

use super::permission::{self, Permission};
use super::rule::{Direction, Peer, SecurityGroupRule, duplicate};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::describe::{Listed, View};
use crate::ec2::kind::{Kind, find};
use crate::ec2::tag;
use crate::error::ApiError;

/// The default quota of rules for each group and direction.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const MAX_RULES: usize = 60;

pub(super) fn ingress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    authorize(call, params, Direction::Ingress)
}

pub(super) fn egress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    authorize(call, params, Direction::Egress)
}

fn authorize(call: &mut Call<'_>, params: &Params, direction: Direction) -> Result<Element, ApiError> {
    let group_id = params.required("GroupId")?;
    let permissions = permission::read(params)?;
    let tags = tag::read_specification(params, Kind::SecurityGroupRule)?;
    if permissions.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter ipPermissions"));
    }
    let state = &mut call.account.region(&call.region).ec2;
    let mut made = Vec::new();
    for permission in permissions {
        check(state, &group_id, direction, &permission)?;
        let Permission { traffic, peer, description } = permission;
        let id = call.ids.resource(Kind::SecurityGroupRule.prefix());
        let rule =
            SecurityGroupRule { id: id.clone(), group_id: group_id.clone(), direction, traffic, peer, description };
        state.security_group_rules.insert(id.clone(), rule);
        tag::attach(state, &id, tags.clone());
        made.push(id);
    }
    let view = View::of(call);
    let rules = made.iter().filter_map(|id| view.state.security_group_rules.get(id)).map(|rule| rule.element(&view));
    Ok(Element::done().set("securityGroupRuleSet", rules))
}

fn check(state: &State, group_id: &str, direction: Direction, permission: &Permission) -> Result<(), ApiError> {
    find(&state.security_groups, Kind::SecurityGroup, group_id)?;
    check_peer(state, group_id, &permission.peer)?;
    let rules = state.security_group_rules.values();
    let mut same_direction = rules.filter(|rule| rule.group_id == group_id && rule.direction == direction);
    if same_direction.clone().any(|rule| rule.is(group_id, direction, permission)) {
        return Err(duplicate(&permission.traffic, &permission.peer));
    }
    if same_direction.nth(MAX_RULES - 1).is_some() {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(ApiError::client("RulesPerSecurityGroupLimitExceeded", message));
    }
    Ok(())
}

/// A group can refer to groups of its own VPC.
pub(super) fn check_peer(state: &State, group_id: &str, peer: &Peer) -> Result<(), ApiError> {
    let Peer::Group(peer_id) = peer else { return Ok(()) };
    let group = find(&state.security_groups, Kind::SecurityGroup, group_id)?;
    let other = find(&state.security_groups, Kind::SecurityGroup, peer_id)?;
    if group.vpc_id == other.vpc_id {
        return Ok(());
    }
    let message = "You have specified two resources that belong to different networks.";
    Err(ApiError::client("InvalidGroup.NotFound", message))
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    fn web<'a>(group: &'a str, cidr: &'a str) -> [(&'a str, &'a str); 5] {
        [
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "80"),
            ("IpPermissions.1.ToPort", "80"),
            ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
        ]
    }

    #[test]
    fn a_rule_stands_once() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        let reply = cloud.done("AuthorizeSecurityGroupIngress", &web(&group, "0.0.0.0/0"));
        let rules = &reply.get("securityGroupRuleSet").expect("rules").children;
        assert_eq!(rules[0].text_of("cidrIpv4"), "0.0.0.0/0");
        let error = cloud.fail("AuthorizeSecurityGroupIngress", &web(&group, "0.0.0.0/0")).to_string();
        let rule = "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW";
        assert_eq!(error, format!("InvalidPermission.Duplicate: the specified rule \"{rule}\" already exists"));
        let everything_out = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        assert_eq!(cloud.code("AuthorizeSecurityGroupEgress", &everything_out), "InvalidPermission.Duplicate");
    }

    #[test]
    fn sixty_rules_and_no_more() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        for number in 0..60 {
            cloud.done("AuthorizeSecurityGroupIngress", &web(&group, &format!("10.0.{number}.0/24")));
        }
        let code = cloud.code("AuthorizeSecurityGroupIngress", &web(&group, "10.1.0.0/24"));
        assert_eq!(code, "RulesPerSecurityGroupLimitExceeded");
    }

    #[test]
    fn peers_are_groups_of_the_same_network() {
        let mut cloud = Cloud::new();
        let (vpc, other) = (cloud.vpc("10.0.0.0/16"), cloud.vpc("10.1.0.0/16"));
        let (group, stranger) = (cloud.security_group(&vpc, "app"), cloud.security_group(&other, "app"));
        for peer in [stranger.as_str(), "sg-0123"] {
            let params = [
                ("GroupId", group.as_str()),
                ("IpPermissions.1.IpProtocol", "-1"),
                ("IpPermissions.1.Groups.1.GroupId", peer),
            ];
            assert_eq!(cloud.code("AuthorizeSecurityGroupIngress", &params), "InvalidGroup.NotFound");
        }
    }

    #[test]
    fn rules_are_tagged_at_birth() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        let tags = [
            ("TagSpecification.1.ResourceType", "security-group-rule"),
            ("TagSpecification.1.Tag.1.Key", "a"),
            ("TagSpecification.1.Tag.1.Value", "1"),
        ];
        cloud.done("AuthorizeSecurityGroupIngress", &[web(&group, "0.0.0.0/0").as_slice(), &tags].concat());
        let filter = [("Filter.1.Name", "tag:a"), ("Filter.1.Value.1", "1")];
        assert_eq!(cloud.list("DescribeSecurityGroupRules", "securityGroupRuleSet", &filter).len(), 1);
    }
}
