//! `[ecs.cluster]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The cluster that an environment's services run in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterConfig {
    /// The cluster's name. `{prefix}`, `{app}` and `{env}` are filled in.
    pub name: String,
    /// Whether CloudWatch Container Insights collects metrics.
    pub container_insights: ContainerInsights,
    /// The capacity providers that may be used in the cluster.
    pub capacity_providers: Vec<String>,
    /// How tasks that name neither launch type nor strategy are spread, by capacity provider. Default: all
    /// on the first of `capacity_providers`, with the weight and the base that AWS assumes, 0 and 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_capacity_provider_strategy: Option<BTreeMap<String, StrategyConfig>>,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self {
            name: "{prefix}".to_owned(),
            container_insights: ContainerInsights::Enabled,
            capacity_providers: vec!["FARGATE".to_owned()],
            default_capacity_provider_strategy: None,
        }
    }
}

/// How much Container Insights collects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContainerInsights {
    /// Metrics of the cluster and its services.
    Enabled,
    /// Nothing.
    Disabled,
    /// Metrics of every task and container too.
    Enhanced,
}

impl ContainerInsights {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Enhanced => "enhanced",
        }
    }
}

/// A capacity provider's share of the tasks.
///
/// AWS takes 0 for what is left out:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StrategyConfig {
    /// The share of the tasks beyond `base`, relative to the weights of the others. At least one of
    /// several providers needs a weight above 0.
    #[schemars(range(min = 0, max = 1000))]
    pub weight: u32,
    /// How many tasks run here before any weight counts. Only one provider may have a base.
    #[schemars(range(min = 0, max = 100_000))]
    pub base: u32,
}
