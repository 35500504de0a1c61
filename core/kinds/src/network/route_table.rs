//! The inputs and outputs of `network.route_table`. Its routes and its associations with subnets are attributes.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A route table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteTable {
    /// The VPC that it is part of.
    #[schemars(extend("x-force-new" = true, "x-refers" = "network.vpc", "x-holds" = true))]
    pub vpc_id: Input<String>,
    /// The id of what traffic is handed to, by destination. The route within the VPC is always there
    /// and not listed.
    #[serde(default)]
    #[schemars(extend("x-refers" = "network.internet_gateway"))]
    pub routes: BTreeMap<String, Input<String>>,
    /// The subnets that use it.
    #[serde(default)]
    #[schemars(extend("x-unordered" = true, "x-refers" = "network.subnet"))]
    pub subnet_ids: Vec<Input<String>>,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What a route table tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteTableOutputs {
    /// Its id, `rtb-…`.
    pub id: String,
    /// The ids of its associations, by subnet.
    #[schemars(extend("x-changes-on-update" = true))]
    pub associations: BTreeMap<String, String>,
}

impl Resource for RouteTable {
    const KIND: &'static str = "network.route_table";
    type Outputs = RouteTableOutputs;
}
