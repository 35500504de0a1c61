//! The inputs and outputs of `ecs.service`: how many tasks run, where, and how they are rolled out.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::strategy::Strategy;

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name, one of a kind in its cluster.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// The ARN of its cluster.
    #[schemars(extend("x-force-new" = true, "x-unique" = true, "x-holds" = true, "x-refers" = "ecs.cluster"))]
    pub cluster: Input<String>,
    /// The ARN of the revision that its tasks are made from.
    #[schemars(extend("x-refers" = "ecs.task_definition"))]
    pub task_definition: Input<String>,
    /// How many tasks run.
    pub desired_count: i32,
    /// What they run on; absent where a strategy says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<String>,
    /// How they are spread over capacity providers.
    #[serde(default)]
    pub capacity_provider_strategy: Strategy,
    /// The version of the Fargate platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// The ids of the subnets they run in.
    #[schemars(extend("x-unordered" = true, "x-holds" = true, "x-refers" = "network.subnet"))]
    pub subnets: Vec<Input<String>>,
    /// The ids of their security groups.
    #[serde(default)]
    #[schemars(extend(
        "x-unordered" = true, "x-holds" = true, "x-refers" = "security.group", "x-computed" = true
    ))]
    pub security_groups: Vec<Input<String>>,
    /// Whether they get a public address.
    pub assign_public_ip: bool,
    /// How much must stay healthy during a rollout, in percent.
    pub minimum_healthy_percent: i32,
    /// How much may run during a rollout, in percent.
    pub maximum_percent: i32,
    /// What happens when a rollout keeps failing.
    pub circuit_breaker: CircuitBreaker,
    /// From where tasks get tags: `SERVICE`, `TASK_DEFINITION` or `NONE`.
    pub propagate_tags: String,
    /// Whether a shell can be opened in a container.
    pub enable_execute_command: bool,
    /// How its newest rollout stands. A change that does not wait for its rollout does not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-computed" = true))]
    pub rollout: Option<RolloutState>,
    /// Whether a change waits for its rollout.
    #[serde(default)]
    #[schemars(extend("x-write-only" = true))]
    pub wait: bool,
    /// How many seconds a change waits at most. Where it is absent, for as long as something happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub rollout_timeout_seconds: Option<u32>,
    /// How many lines of a container's log are told where a rollout fails.
    #[serde(default = "log_tail_lines")]
    #[schemars(extend("x-write-only" = true))]
    pub log_tail_lines: i32,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// How many lines of a container's log are told where nobody says another number.
pub const LOG_TAIL_LINES: i32 = 20;

fn log_tail_lines() -> i32 {
    LOG_TAIL_LINES
}

/// How a rollout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// It has succeeded.
    Completed,
    /// It is under way.
    InProgress,
    /// It is under way, and tasks of it have failed.
    Failing,
    /// ECS has given up.
    Failed,
}

/// What happens when a rollout keeps failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CircuitBreaker {
    /// Whether ECS gives up.
    pub enable: bool,
    /// Whether ECS then goes back.
    pub rollback: bool,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceOutputs {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

impl Resource for Service {
    const KIND: &'static str = "ecs.service";
    type Outputs = ServiceOutputs;
}
