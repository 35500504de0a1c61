//! The section `[security]` of an environment file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who may talk to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The security groups, each under a name of your choice.
    pub groups: BTreeMap<String, GroupConfig>,
}

/// A security group. What no rule allows is refused, in both directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupConfig {
    /// The group's name in its VPC. May hold `{app}`, `{env}` and `{prefix}`. By default `{prefix}-`
    /// and the name that it has here.
    pub name: Option<String>,
    /// What the group is for. AWS cannot change it on a group that exists.
    pub description: String,
    /// What may come in, each rule under a name of your choice.
    pub ingress: BTreeMap<String, RuleConfig>,
    /// What may go out, each rule under a name of your choice. Without any, nothing may.
    pub egress: BTreeMap<String, RuleConfig>,
}

/// A rule: which traffic, from or to which peers. Peers may be of several sorts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleConfig {
    /// What the rule is for.
    #[serde(default)]
    pub description: String,
    /// The protocol.
    pub protocol: ProtocolName,
    /// The only port. For `tcp` and `udp`.
    pub port: Option<u16>,
    /// The first of several ports, together with `to_port`.
    pub from_port: Option<u16>,
    /// The last of several ports, together with `from_port`.
    pub to_port: Option<u16>,
    /// IPv4 address ranges, such as `0.0.0.0/0`.
    #[serde(default)]
    pub cidrs: Vec<String>,
    /// IPv6 address ranges, such as `::/0`.
    #[serde(default)]
    pub ipv6_cidrs: Vec<String>,
    /// Other groups of this environment, by the names that they have here.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The ids of prefix lists, `pl-…`.
    #[serde(default)]
    pub prefix_lists: Vec<String>,
    /// Whether the members of the group itself are meant.
    #[serde(default, rename = "self")]
    pub itself: bool,
}

/// A protocol, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolName {
    /// Every protocol, on every port.
    #[default]
    All,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, every type.
    Icmp,
    /// ICMP for IPv6, every type.
    Icmpv6,
}

impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            name: None,
            description: "Managed by deploy".to_owned(),
            ingress: BTreeMap::new(),
            egress: BTreeMap::new(),
        }
    }
}
