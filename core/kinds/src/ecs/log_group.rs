//! The inputs and outputs of `ecs.log_group`: where a service's containers write their logs.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogGroup {
    /// Its name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// Days after which events expire; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i32>,
    /// The ARN of the KMS key that encrypts the events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogGroupOutputs {
    /// Its name.
    pub name: String,
}

impl Resource for LogGroup {
    const KIND: &'static str = "ecs.log_group";
    type Outputs = LogGroupOutputs;
}
