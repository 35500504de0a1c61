//! The inputs and outputs of `network.vpc`.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A VPC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its IPv4 address range.
    #[schemars(extend("x-force-new" = true))]
    pub cidr_block: String,
    /// Whether Amazon's DNS server answers within it.
    pub enable_dns_support: bool,
    /// Whether instances with a public address get a public DNS name.
    pub enable_dns_hostnames: bool,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What a VPC tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VpcOutputs {
    /// Its id, `vpc-…`.
    pub id: String,
}

impl Resource for Vpc {
    const KIND: &'static str = "network.vpc";
    type Outputs = VpcOutputs;
}
