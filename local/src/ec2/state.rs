//! Everything that EC2 remembers in one region.

use super::client_token::Answered;
use super::dhcp_options::DhcpOptions;
use super::internet_gateway::InternetGateway;
use super::kind::Kind;
use super::network_acl::NetworkAcl;
use super::network_interface::NetworkInterface;
use super::route_table::RouteTable;
use super::security_group::{SecurityGroup, SecurityGroupRule};
use super::subnet::Subnet;
use super::tag::Tags;
use super::vpc::Vpc;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The resources of one region, each by its id.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// Networks.
    pub vpcs: BTreeMap<String, Vpc>,
    /// Their parts.
    pub subnets: BTreeMap<String, Subnet>,
    /// Security groups.
    pub security_groups: BTreeMap<String, SecurityGroup>,
    /// The interfaces of running tasks.
    pub network_interfaces: BTreeMap<String, NetworkInterface>,
    pub(super) security_group_rules: BTreeMap<String, SecurityGroupRule>,
    pub(super) dhcp_options: BTreeMap<String, DhcpOptions>,
    pub(super) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(super) network_acls: BTreeMap<String, NetworkAcl>,
    pub(super) route_tables: BTreeMap<String, RouteTable>,
    /// The tags of all of them.
    pub(super) tags: BTreeMap<String, Tags>,
    /// What was made in answer to which client token.
    pub(super) client_tokens: BTreeMap<String, Answered>,
}

impl State {
    /// The tags of a resource, empty if it has none.
    #[must_use]
    pub fn tags_of(&self, id: &str) -> Tags {
        self.tags.get(id).cloned().unwrap_or_default()
    }

    /// What ARNs and tag specifications call the kind that an id belongs to: `security-group`.
    #[must_use]
    pub fn resource_type(id: &str) -> Option<&'static str> {
        Kind::of(id).map(Kind::resource_type)
    }

    /// The error for the first of these values that is the id of what there is now and was not in the past.
    pub(crate) fn unknown_yet(past: &State, present: &State, values: &[String]) -> Option<ApiError> {
        let is_new = |kind: &Kind, id: &str| kind.has(present, id) && !kind.has(past, id);
        values.iter().find_map(|id| Kind::of(id).filter(|kind| is_new(kind, id)).map(|kind| kind.not_found(id)))
    }

    /// The route table and the subnet that an association connects.
    #[must_use]
    pub fn ends_of_association(&self, id: &str) -> Vec<String> {
        let ends = |table: &RouteTable| {
            let association = table.associations.iter().find(|association| association.id == id)?;
            Some([Some(table.id.clone()), association.subnet_id.clone()].into_iter().flatten().collect())
        };
        self.route_tables.values().find_map(ends).unwrap_or_default()
    }

    /// Drops the tags of resources that are no longer there.
    pub(super) fn forget_tags_of_the_gone(&mut self) {
        let mut tags = std::mem::take(&mut self.tags);
        tags.retain(|id, _| Kind::of(id).is_some_and(|kind| kind.has(self, id)));
        self.tags = tags;
    }

    /// The security groups of a VPC.
    pub(super) fn groups_of<'a>(&'a self, vpc_id: &'a str) -> impl Iterator<Item = &'a SecurityGroup> {
        self.security_groups.values().filter(move |group| group.vpc_id == vpc_id)
    }
}
