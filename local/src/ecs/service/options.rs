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
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CircuitBreaker {
    /// It is given up.
    pub enable: bool,
    /// The one before it comes back.
    pub rollback: bool,
    /// Whether the count of failures begins anew with a task that runs; it does if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_on_healthy_task: Option<bool>,
    /// How many failures are borne; half of the desired count, within bounds, if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_configuration: Option<Threshold>,
}

/// How many failures are borne.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What the value means.
    #[serde(rename = "type")]
    pub kind: ThresholdType,
    /// Tasks, or percent of the desired count.
    pub value: u32,
}

/// What the value of a threshold means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThresholdType {
    /// Tasks.
    Count,
    /// Percent of the desired count, but at least 3 tasks and at most 200.
    BoundedPercent,
    /// Percent of the desired count.
    UnboundedPercent,
}

impl CircuitBreaker {
    /// How many tasks must fail before the deployment is given up.
    ///
    /// "The deployment circuit breaker has a minimum threshold of 3 and a maximum threshold of 200", of half the desired
    /// count: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>
    pub(in crate::ecs) fn threshold(&self, desired_count: u32) -> u32 {
        let default = Threshold { kind: ThresholdType::BoundedPercent, value: 50 };
        let Threshold { kind, value } = self.threshold_configuration.unwrap_or(default);
        let percent = (u64::from(desired_count) * u64::from(value)).div_ceil(100);
        let percent = u32::try_from(percent).unwrap_or(u32::MAX);
        match kind {
            ThresholdType::Count => value,
            ThresholdType::BoundedPercent => percent.clamp(3, 200),
            // No deployment fails before any of its tasks did.
            ThresholdType::UnboundedPercent => percent.max(1),
        }
    }

    /// Whether a task that runs makes the earlier failures forgotten.
    pub(in crate::ecs) fn resets(&self) -> bool {
        self.reset_on_healthy_task.unwrap_or(true)
    }
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
        if after.deployment_circuit_breaker.threshold_configuration.is_some_and(|threshold| threshold.value == 0) {
            return Err(invalid("The value of thresholdConfiguration must be greater than 0."));
        }
        if after.minimum_healthy_percent >= after.maximum_percent {
            // Neither a task more nor a task less would be allowed.
            return Err(invalid("maximumPercent should be greater than minimumHealthyPercent."));
        }
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use super::{CircuitBreaker, Threshold, ThresholdType};

    #[test]
    fn half_of_the_tasks_may_fail_but_never_less_than_3_nor_more_than_200() {
        let threshold = |desired| CircuitBreaker::default().threshold(desired);
        let expected = [(0, 3), (1, 3), (6, 3), (7, 4), (25, 13), (399, 200), (400, 200), (800, 200)];
        for (desired, failures) in expected {
            assert_eq!(threshold(desired), failures, "{desired}");
        }
    }

    #[test]
    fn the_threshold_can_be_a_count_or_a_percentage_without_bounds() {
        let threshold = |kind, value, desired| {
            let threshold_configuration = Some(Threshold { kind, value });
            CircuitBreaker { threshold_configuration, ..CircuitBreaker::default() }.threshold(desired)
        };
        assert_eq!(threshold(ThresholdType::Count, 1, 100), 1);
        assert_eq!(threshold(ThresholdType::BoundedPercent, 10, 10), 3);
        assert_eq!(threshold(ThresholdType::UnboundedPercent, 10, 10), 1);
        assert_eq!(threshold(ThresholdType::UnboundedPercent, 75, 1000), 750);
    }
}
