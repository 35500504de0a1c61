//! Security groups and their rules.

mod authorize;
mod change;
mod group;
mod permission;
mod revoke;
mod rule;

pub(super) use group::create_default;
pub use group::{SecurityGroup, default_group};
pub(super) use rule::SecurityGroupRule;

use super::describe::describe;
use super::dispatch::Operation;

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateSecurityGroup" => group::create,
        "DescribeSecurityGroups" => describe::<SecurityGroup>,
        "DeleteSecurityGroup" => group::delete,
        "AuthorizeSecurityGroupIngress" => authorize::ingress,
        "AuthorizeSecurityGroupEgress" => authorize::egress,
        "RevokeSecurityGroupIngress" => revoke::ingress,
        "RevokeSecurityGroupEgress" => revoke::egress,
        "UpdateSecurityGroupRuleDescriptionsIngress" => change::describe_ingress,
        "UpdateSecurityGroupRuleDescriptionsEgress" => change::describe_egress,
        "ModifySecurityGroupRules" => change::modify,
        "DescribeSecurityGroupRules" => describe::<SecurityGroupRule>,
        _ => return None,
    })
}
