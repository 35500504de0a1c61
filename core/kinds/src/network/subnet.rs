//! The inputs and outputs of `network.subnet`.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// The VPC that it is part of.
    #[schemars(extend("x-force-new" = true, "x-unique" = true, "x-refers" = "network.vpc", "x-holds" = true))]
    pub vpc_id: Input<String>,
    /// Its IPv4 address range, within that of the VPC.
    #[schemars(extend("x-force-new" = true, "x-unique" = "cidr"))]
    pub cidr_block: String,
    /// The whole name of its availability zone.
    #[schemars(extend("x-force-new" = true))]
    pub availability_zone: Input<String>,
    /// Whether what is launched in it gets a public address unless it says otherwise.
    pub map_public_ip_on_launch: bool,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What a subnet tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SubnetOutputs {
    /// Its id, `subnet-…`.
    pub id: String,
    /// The id of the VPC that it is part of.
    pub vpc_id: String,
}

impl Resource for Subnet {
    const KIND: &'static str = "network.subnet";
    type Outputs = SubnetOutputs;
}
