//! Rules that go.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>

use super::permission::{self, Permission};
use super::rule::{Direction, SecurityGroupRule};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::kind::{Kind, find};
use crate::error::ApiError;

pub(super) fn ingress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    revoke(call, params, Direction::Ingress)
}

pub(super) fn egress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    revoke(call, params, Direction::Egress)
}

fn revoke(call: &mut Call<'_>, params: &Params, direction: Direction) -> Result<Element, ApiError> {
    let group_id = params.required("GroupId")?;
    let rule_ids = params.list("SecurityGroupRuleId");
    let permissions = permission::read(params)?;
    let state = &mut call.region().ec2;
    find(&state.security_groups, Kind::SecurityGroup, &group_id)?;
    let mut doomed = Vec::new();
    for id in &rule_ids {
        doomed.push(find_rule(state, &group_id, direction, id)?.id.clone());
    }
    for permission in &permissions {
        doomed.push(find_permission(state, &group_id, direction, permission)?.id.clone());
    }
    if doomed.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter ipPermissions"));
    }
    let gone: Vec<SecurityGroupRule> = doomed.iter().filter_map(|id| state.security_group_rules.remove(id)).collect();
    state.forget_tags_of_the_gone();
    Ok(Element::done().set("revokedSecurityGroupRuleSet", gone.iter().map(revoked)))
}

/// A rule of this group and direction, by its id.
pub(super) fn find_rule<'a>(
    state: &'a State,
    group_id: &str,
    direction: Direction,
    id: &str,
) -> Result<&'a SecurityGroupRule, ApiError> {
    let rule = find(&state.security_group_rules, Kind::SecurityGroupRule, id)?;
    if rule.group_id == group_id && rule.direction == direction {
        return Ok(rule);
    }
    Err(Kind::SecurityGroupRule.not_found(id))
}

/// A rule by what it says; its description need not match. "For a non-default VPC, if the values you specify do not match
/// the existing rule's values, an InvalidPermission.NotFound client error is returned, and no rules are revoked."
pub(super) fn find_permission<'a>(
    state: &'a State,
    group_id: &str,
    direction: Direction,
    permission: &Permission,
) -> Result<&'a SecurityGroupRule, ApiError> {
    let mut rules = state.security_group_rules.values();
    rules.find(|rule| rule.is(group_id, direction, permission)).ok_or_else(|| {
        let message = "The specified rule does not exist in this security group.";
        ApiError::client("InvalidPermission.NotFound", message)
    })
}

fn revoked(rule: &SecurityGroupRule) -> Element {
    use super::rule::Peer;
    let element = Element::new("item")
        .field("securityGroupRuleId", &rule.id)
        .field("groupId", &rule.group_id)
        .field("isEgress", rule.direction == Direction::Egress)
        .field("ipProtocol", &rule.traffic.protocol)
        .field("fromPort", rule.traffic.from_port)
        .field("toPort", rule.traffic.to_port);
    let peer = match &rule.peer {
        Peer::Ipv4(_) => "cidrIpv4",
        Peer::Ipv6(_) => "cidrIpv6",
        Peer::Group(_) => "referencedGroupId",
    };
    element.field(peer, &rule.peer).optional("description", rule.description.as_ref())
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn rules_go_by_id_or_by_what_they_say() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        let rule = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        cloud.done("RevokeSecurityGroupEgress", &rule);
        let error = cloud.fail("RevokeSecurityGroupEgress", &rule).to_string();
        let message = "InvalidPermission.NotFound: The specified rule does not exist in this security group.";
        assert_eq!(error, message);
        let described = [rule.as_slice(), &[("IpPermissions.1.IpRanges.1.Description", "all of it")]].concat();
        let reply = cloud.done("AuthorizeSecurityGroupEgress", &described);
        let id = reply.get("securityGroupRuleSet").expect("rules").children[0].text_of("securityGroupRuleId");
        let by_id = [("GroupId", group.as_str()), ("SecurityGroupRuleId.1", id)];
        assert_eq!(cloud.code("RevokeSecurityGroupIngress", &by_id), "InvalidSecurityGroupRuleId.NotFound");
        cloud.done("RevokeSecurityGroupEgress", &by_id);
        cloud.done("AuthorizeSecurityGroupEgress", &described);
        cloud.done("RevokeSecurityGroupEgress", &rule);
    }
}
