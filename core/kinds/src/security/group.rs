//! The inputs and outputs of `security.group`. Its rules are attributes.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::Rules;

/// A security group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name in its VPC.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub group_name: String,
    /// What it is for.
    #[schemars(extend("x-force-new" = true))]
    pub description: String,
    /// The VPC that it is part of.
    #[schemars(extend("x-force-new" = true, "x-unique" = true, "x-refers" = "network.vpc", "x-holds" = true))]
    pub vpc_id: Input<String>,
    /// What may come in.
    #[serde(default)]
    pub ingress: Rules,
    /// What may go out.
    #[serde(default)]
    pub egress: Rules,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What a security group tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupOutputs {
    /// Its id, `sg-…`.
    pub id: String,
}

impl Resource for Group {
    const KIND: &'static str = "security.group";
    type Outputs = GroupOutputs;
}
