//! What a service says about its deployments and its tags.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>

use crate::ecs::invalid;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a deployment rolls, as a request gives it: in part or whole.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeploymentOptions {
    deployment_circuit_breaker: Option<CircuitBreaker>,
    maximum_percent: Option<u32>,
    minimum_healthy_percent: Option<u32>,
    strategy: Option<Strategy>,
    bake_time_in_minutes: Option<u32>,
    alarms: Option<Value>,
    #[serde(default)]
    lifecycle_hooks: Vec<Value>,
}

/// How a deployment rolls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentConfiguration {
    /// Whether a deployment whose tasks fail is given up.
    pub deployment_circuit_breaker: CircuitBreaker,
    /// How many tasks may run or start at once, in percent of the desired count.
    pub maximum_percent: u32,
    /// How many tasks must stay running, in percent of the desired count.
    pub minimum_healthy_percent: u32,
    /// The only strategy here is the rolling one.
    pub strategy: Strategy,
    /// Minutes that both revisions run side by side.
    pub bake_time_in_minutes: u32,
    /// Alarms, as they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarms: Option<Value>,
}

/// Whether a deployment whose tasks fail is given up, and whether the one before it comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitBreaker {
    /// It is given up.
    pub enable: bool,
    /// The one before it comes back.
    pub rollback: bool,
}

/// How one revision follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Strategy {
    /// Task by task.
    Rolling,
    /// All at once, side by side.
    BlueGreen,
    /// In equal steps.
    Linear,
    /// A small part first.
    Canary,
}

/// Where the tags of tasks come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PropagateTags {
    /// From the task definition.
    TaskDefinition,
    /// From the service.
    Service,
    /// From nowhere.
    #[default]
    None,
}

impl Default for DeploymentConfiguration {
    /// What AWS fills in for a replica service.
    fn default() -> Self {
        Self {
            deployment_circuit_breaker: CircuitBreaker::default(),
            maximum_percent: 200,
            minimum_healthy_percent: 100,
            strategy: Strategy::Rolling,
            bake_time_in_minutes: 0,
            alarms: None,
        }
    }
}

impl DeploymentOptions {
    /// These options over those that held before.
    pub(super) fn over(self, before: &DeploymentConfiguration) -> Result<DeploymentConfiguration, ApiError> {
        let after = DeploymentConfiguration {
            deployment_circuit_breaker: self.deployment_circuit_breaker.unwrap_or(before.deployment_circuit_breaker),
            maximum_percent: self.maximum_percent.unwrap_or(before.maximum_percent),
            minimum_healthy_percent: self.minimum_healthy_percent.unwrap_or(before.minimum_healthy_percent),
            strategy: self.strategy.unwrap_or(before.strategy),
            bake_time_in_minutes: self.bake_time_in_minutes.unwrap_or(before.bake_time_in_minutes),
            alarms: self.alarms.or_else(|| before.alarms.clone()),
        };
        if after.strategy != Strategy::Rolling || !self.lifecycle_hooks.is_empty() {
            return Err(invalid("The embedded AWS knows the deployment strategy ROLLING only."));
        }
        if after.minimum_healthy_percent >= after.maximum_percent {
            // Neither a task more nor a task less would be allowed.
            return Err(invalid("maximumPercent should be greater than minimumHealthyPercent."));
        }
        Ok(after)
    }
}
