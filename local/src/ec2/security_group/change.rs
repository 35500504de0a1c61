//! Rules that become others.
//!
//! Sources: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html> and
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html>

use super::authorize::check_peer;
use super::permission::{self, Permission, Traffic};
use super::revoke::{find_permission, find_rule};
use super::rule::{Direction, Peer, duplicate};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::kind::{Kind, find, find_mut};
use crate::error::ApiError;
use std::mem::discriminant;

pub(super) fn describe_ingress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    update_descriptions(call, params, Direction::Ingress)
}

pub(super) fn describe_egress(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    update_descriptions(call, params, Direction::Egress)
}

/// Gives rules other descriptions, or none.
fn update_descriptions(call: &mut Call<'_>, params: &Params, direction: Direction) -> Result<Element, ApiError> {
    let group_id = params.required("GroupId")?;
    let permissions = permission::read(params)?;
    let mut by_id = Vec::new();
    for structure in params.structures("SecurityGroupRuleDescription") {
        by_id.push((structure.required("SecurityGroupRuleId")?, permission::description(&structure)?));
    }
    let state = &mut call.region().ec2;
    find(&state.security_groups, Kind::SecurityGroup, &group_id)?;
    let mut changes = Vec::new();
    for (id, description) in by_id {
        changes.push((find_rule(state, &group_id, direction, &id)?.id.clone(), description));
    }
    for permission in permissions {
        let id = find_permission(state, &group_id, direction, &permission)?.id.clone();
        changes.push((id, permission.description));
    }
    if changes.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter ipPermissions"));
    }
    for (id, description) in changes {
        find_mut(&mut state.security_group_rules, Kind::SecurityGroupRule, &id)?.description = description;
    }
    Ok(Element::done())
}

/// One rule of `ModifySecurityGroupRules`: its id and everything that it shall say.
struct Replacement {
    id: String,
    permission: Permission,
}

pub(super) fn modify(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let group_id = params.required("GroupId")?;
    let mut replacements = Vec::new();
    for structure in params.structures("SecurityGroupRule") {
        replacements.push(Replacement::read(&structure)?);
    }
    if replacements.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter securityGroupRules"));
    }
    let state = &mut call.region().ec2;
    find(&state.security_groups, Kind::SecurityGroup, &group_id)?;
    for replacement in replacements {
        replacement.check(state, &group_id)?;
        let rule = find_mut(&mut state.security_group_rules, Kind::SecurityGroupRule, &replacement.id)?;
        let Permission { traffic, peer, description } = replacement.permission;
        (rule.traffic, rule.peer, rule.description) = (traffic, peer, description);
    }
    Ok(Element::done())
}

impl Replacement {
    fn read(params: &Params) -> Result<Replacement, ApiError> {
        let id = params.required("SecurityGroupRuleId")?;
        let Some(rule) = params.structure("SecurityGroupRule") else {
            return Err(ApiError::client(
                "MissingParameter",
                "The request must contain the parameter securityGroupRule",
            ));
        };
        let traffic = Traffic::read(&rule)?;
        let (ipv4, ipv6) = (rule.optional("CidrIpv4"), rule.optional("CidrIpv6"));
        let peer = match (ipv4, ipv6, rule.optional("ReferencedGroupId")) {
            (Some(text), None, None) => Peer::ipv4(&text)?,
            (None, Some(text), None) => Peer::ipv6(&text)?,
            (None, None, Some(id)) => Peer::Group(id),
            _ => {
                let message = "Exactly one of cidrIpv4, cidrIpv6 and referencedGroupId must be specified";
                return Err(ApiError::client("InvalidParameterCombination", message));
            }
        };
        let permission = Permission { traffic, peer, description: permission::description(&rule)? };
        Ok(Replacement { id, permission })
    }

    /// "When you modify a rule, you cannot change the rule type": a range stays a range and a group a group. Which code
    /// AWS answers with is not documented.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRuleRequest.html>
    fn check(&self, state: &State, group_id: &str) -> Result<(), ApiError> {
        let rule = find(&state.security_group_rules, Kind::SecurityGroupRule, &self.id)?;
        if rule.group_id != group_id {
            return Err(Kind::SecurityGroupRule.not_found(&self.id));
        }
        if discriminant(&rule.peer) != discriminant(&self.permission.peer) {
            let message = "The source type of a security group rule cannot be changed";
            return Err(ApiError::client("InvalidParameterCombination", message));
        }
        check_peer(state, group_id, &self.permission.peer)?;
        let mut others = state.security_group_rules.values().filter(|other| other.id != self.id);
        if others.any(|other| other.is(group_id, rule.direction, &self.permission)) {
            return Err(duplicate(&self.permission.traffic, &self.permission.peer));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    fn rule_of(cloud: &mut Cloud) -> (String, String) {
        let vpc = cloud.vpc("10.0.0.0/16");
        let group = cloud.security_group(&vpc, "app");
        let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group.as_str())];
        let rules = cloud.list("DescribeSecurityGroupRules", "securityGroupRuleSet", &filter);
        (group, rules[0].text_of("securityGroupRuleId").to_owned())
    }

    #[test]
    fn descriptions_change_by_id_or_by_what_the_rule_says() {
        let mut cloud = Cloud::new();
        let (group, rule) = rule_of(&mut cloud);
        let by_id = [
            ("GroupId", group.as_str()),
            ("SecurityGroupRuleDescription.1.SecurityGroupRuleId", &rule),
            ("SecurityGroupRuleDescription.1.Description", "out"),
        ];
        cloud.done("UpdateSecurityGroupRuleDescriptionsEgress", &by_id);
        let described = |cloud: &mut Cloud| {
            let id = [("SecurityGroupRuleId.1", rule.as_str())];
            cloud.list("DescribeSecurityGroupRules", "securityGroupRuleSet", &id)[0].text_of("description").to_owned()
        };
        assert_eq!(described(&mut cloud), "out");
        let by_rule = [
            ("GroupId", group.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ("IpPermissions.1.IpRanges.1.Description", "Allow to Any"),
        ];
        cloud.done("UpdateSecurityGroupRuleDescriptionsEgress", &by_rule);
        assert_eq!(described(&mut cloud), "Allow to Any");
        let code = cloud.code("UpdateSecurityGroupRuleDescriptionsIngress", &by_rule);
        assert_eq!(code, "InvalidPermission.NotFound");
    }

    #[test]
    fn a_rule_is_replaced_whole_but_keeps_its_source_type() {
        let mut cloud = Cloud::new();
        let (group, rule) = rule_of(&mut cloud);
        let base = [
            ("GroupId", group.as_str()),
            ("SecurityGroupRule.1.SecurityGroupRuleId", &rule),
            ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
            ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "443"),
            ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "443"),
        ];
        let to = |name, value| [base.as_slice(), &[(name, value)]].concat();
        cloud.done("ModifySecurityGroupRules", &to("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "10.0.0.0/8"));
        let rules =
            cloud.list("DescribeSecurityGroupRules", "securityGroupRuleSet", &[("SecurityGroupRuleId.1", &rule)]);
        assert_eq!((rules[0].text_of("fromPort"), rules[0].text_of("cidrIpv4")), ("443", "10.0.0.0/8"));
        let other_type = to("SecurityGroupRule.1.SecurityGroupRule.ReferencedGroupId", &group);
        assert_eq!(cloud.code("ModifySecurityGroupRules", &other_type), "InvalidParameterCombination");
    }
}
