//! The inputs and outputs of `ecs.cluster`: where services run.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::strategy::Strategy;

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// The setting `containerInsights`: `enabled`, `disabled` or `enhanced`.
    pub container_insights: String,
    /// The capacity providers that may be used.
    #[serde(default)]
    #[schemars(extend("x-unordered" = true))]
    pub capacity_providers: Vec<String>,
    /// How tasks are spread that do not say it themselves.
    #[serde(default)]
    pub default_capacity_provider_strategy: Strategy,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterOutputs {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

impl Resource for Cluster {
    const KIND: &'static str = "ecs.cluster";
    type Outputs = ClusterOutputs;
}
