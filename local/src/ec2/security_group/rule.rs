//! One rule: an id of its own, one direction, one kind of traffic, one peer.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html>

use super::permission::{Permission, Traffic};
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::describe::{Listed, View};
use crate::ec2::kind::Kind;
use crate::error::ApiError;
use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One rule of a security group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ec2) struct SecurityGroupRule {
    pub(in crate::ec2) id: String,
    pub(in crate::ec2) group_id: String,
    pub(super) direction: Direction,
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
}

/// Into the group's members or out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Peer {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
    Group(String),
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Ipv4(network) => network.fmt(formatter),
            Peer::Ipv6(network) => network.fmt(formatter),
            Peer::Group(id) => id.fmt(formatter),
        }
    }
}

impl SecurityGroupRule {
    /// Whether this rule says what a permission says; its description does not matter.
    pub(super) fn is(&self, group_id: &str, direction: Direction, permission: &Permission) -> bool {
        self.group_id == group_id
            && self.direction == direction
            && self.traffic == permission.traffic
            && self.peer == permission.peer
    }

    /// What a filter `ip-permission.<member>` looks at.
    pub(super) fn filter_value(&self, member: &str, view: &View<'_>) -> Option<String> {
        match (member, &self.peer) {
            ("protocol", _) => Some(self.traffic.protocol.clone()),
            ("from-port", _) => Some(self.traffic.from_port.to_string()),
            ("to-port", _) => Some(self.traffic.to_port.to_string()),
            ("cidr", Peer::Ipv4(network)) => Some(network.to_string()),
            ("ipv6-cidr", Peer::Ipv6(network)) => Some(network.to_string()),
            ("group-id", Peer::Group(id)) => Some(id.clone()),
            ("group-name", Peer::Group(id)) => view.state.security_groups.get(id).map(|group| group.name.clone()),
            ("user-id", Peer::Group(_)) => Some(view.account_id.to_owned()),
            _ => None,
        }
    }
}

/// The error for a rule that the group has already.
pub(super) fn duplicate(traffic: &Traffic, peer: &Peer) -> ApiError {
    let rule = format!("peer: {peer}, {}, ALLOW", traffic.words());
    ApiError::client("InvalidPermission.Duplicate", format!("the specified rule \"{rule}\" already exists"))
}

impl Listed for SecurityGroupRule {
    const KIND: Kind = Kind::SecurityGroupRule;
    const ID_PARAMETER: &'static str = "SecurityGroupRuleId";
    const SET: &'static str = "securityGroupRuleSet";
    const FILTERS: &'static [&'static str] = &["group-id", "security-group-rule-id"];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.security_group_rules
    }

    fn values(&self, filter: &str, _view: &View<'_>) -> Vec<String> {
        match filter {
            "group-id" => vec![self.group_id.clone()],
            "security-group-rule-id" => vec![self.id.clone()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        let element = Element::new("item")
            .field("securityGroupRuleId", &self.id)
            .field("groupId", &self.group_id)
            .field("groupOwnerId", view.account_id)
            .field("isEgress", self.direction == Direction::Egress)
            .field("ipProtocol", &self.traffic.protocol)
            .field("fromPort", self.traffic.from_port)
            .field("toPort", self.traffic.to_port);
        let element = match &self.peer {
            Peer::Ipv4(network) => element.field("cidrIpv4", network),
            Peer::Ipv6(network) => element.field("cidrIpv6", network),
            Peer::Group(id) => {
                let group = Element::new("referencedGroupInfo").field("groupId", id).field("userId", view.account_id);
                element.child(group)
            }
        };
        element
            .optional("description", self.description.as_ref())
            .set("tagSet", view.tags(&self.id))
            .field("securityGroupRuleArn", view.arn(Kind::SecurityGroupRule, &self.id))
    }
}
