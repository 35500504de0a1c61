//! The inputs and outputs of `network.internet_gateway`. Its attachment to a VPC is an attribute.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InternetGateway {
    /// The VPC that it is attached to. One that is found without any is attached again; it does not
    /// change over, for a VPC has only one and the old VPC's must go before the new VPC's comes.
    #[schemars(extend("x-refers" = "network.vpc", "x-holds" = true, "x-set-once" = true))]
    pub vpc_id: Option<Input<String>>,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What an internet gateway tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InternetGatewayOutputs {
    /// Its id, `igw-…`.
    pub id: String,
}

impl Resource for InternetGateway {
    const KIND: &'static str = "network.internet_gateway";
    type Outputs = InternetGatewayOutputs;
}
