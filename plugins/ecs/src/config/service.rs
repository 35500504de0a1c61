//! `[ecs.services.NAME]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContainerConfig, StrategyConfig, yes};

/// A service: some containers that run together, and how many copies of them run on Fargate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceConfig {
    /// The service's name. `{prefix}`, `{app}` and `{env}` are filled in. Default: `{prefix}-NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The family of the task definition's revisions. Default: the service's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The name of the log group. Default: the service's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
    /// Days after which log events expire. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_retention_days: Option<u32>,
    /// The ARN of the KMS key that encrypts the logs. Default: a key of AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_kms_key: Option<String>,

    /// CPU units of a task: 1024 are one vCPU.
    pub cpu: u32,
    /// Memory of a task, in MiB.
    pub memory: u32,
    /// The processor. Default: what AWS takes, X86_64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_architecture: Option<CpuArchitecture>,
    /// The operating system, such as `LINUX` or `WINDOWS_SERVER_2022_CORE`. Default: what AWS takes, LINUX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_family: Option<String>,
    /// Scratch space of a task, in GiB. Default: the 20 GiB that every task has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 21, max = 200))]
    pub ephemeral_storage_gib: Option<u32>,
    /// The role with which ECS pulls images, reads secrets and writes logs: a key of `[iam.roles]`, or an ARN.
    pub execution_role: String,
    /// The role of the code in the containers: a key of `[iam.roles]`, or an ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_role: Option<String>,
    /// The containers of a task, by name.
    #[serde(default)]
    pub containers: BTreeMap<String, ContainerConfig>,

    /// How many tasks run.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 5000))]
    pub desired_count: u32,
    /// What the tasks run on.
    #[serde(default)]
    pub launch_type: LaunchType,
    /// How tasks are spread over capacity providers, by provider. Takes the place of `launch_type`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity_provider_strategy: BTreeMap<String, StrategyConfig>,
    /// The version of the Fargate platform.
    #[serde(default = "latest")]
    pub platform_version: String,
    /// The subnets to run in: keys of `[network.subnets]`, or ids.
    pub subnets: Vec<String>,
    /// The security groups of the tasks: keys of `[security.groups]`, or ids. Default: the one of the VPC.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Whether tasks get a public address. In a public subnet they reach nothing without one.
    #[serde(default)]
    pub assign_public_ip: bool,
    /// How much of `desired_count` must stay healthy during a rollout, in percent.
    #[serde(default = "hundred")]
    #[schemars(range(min = 0, max = 100))]
    pub minimum_healthy_percent: u32,
    /// How many tasks may run during a rollout, in percent of `desired_count`.
    #[serde(default = "two_hundred")]
    #[schemars(range(min = 1, max = 200))]
    pub maximum_percent: u32,
    /// What happens when the tasks of a rollout keep failing.
    #[serde(default)]
    pub circuit_breaker: CircuitBreakerConfig,
    /// From where tasks get their tags.
    #[serde(default)]
    pub propagate_tags: PropagateTags,
    /// Whether `aws ecs execute-command` may open a shell in a container. Needs a `task_role`.
    #[serde(default)]
    pub enable_execute_command: bool,
    /// Whether tasks are replaced when a secret that they read has a new value. They keep the old one otherwise.
    #[serde(default = "yes")]
    pub roll_on_secret_change: bool,
    /// Whether an apply waits until the rollout has succeeded or failed.
    #[serde(default = "yes")]
    pub wait: bool,
    /// How many seconds an apply waits for a rollout at most. Default: until nothing has changed for 20 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 86400))]
    pub rollout_timeout_seconds: Option<u32>,
    /// How many lines of a failing container's log are shown when a rollout fails; 0 for none.
    #[serde(default = "twenty")]
    #[schemars(range(min = 0, max = 1000))]
    pub log_tail_lines: u32,
}

/// What tasks run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LaunchType {
    /// Capacity that AWS runs.
    #[default]
    Fargate,
}

/// The processor that the images are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CpuArchitecture {
    /// Intel and AMD, 64 bit.
    #[serde(rename = "X86_64")]
    X86,
    /// Graviton.
    Arm64,
}

/// From where the tasks of a service get their tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PropagateTags {
    /// From the service.
    #[default]
    Service,
    /// From the task definition.
    TaskDefinition,
    /// They get none.
    None,
}

/// What happens when the tasks of a rollout keep failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitBreakerConfig {
    /// Whether ECS gives the rollout up.
    pub enable: bool,
    /// Whether ECS then goes back to the revision that worked.
    pub rollback: bool,
}

impl Default for CircuitBreakerConfig {
    fn default() -> Self {
        Self { enable: true, rollback: true }
    }
}

impl LaunchType {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
        }
    }
}

impl CpuArchitecture {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }
}

impl PropagateTags {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "SERVICE",
            Self::TaskDefinition => "TASK_DEFINITION",
            Self::None => "NONE",
        }
    }
}

fn one() -> u32 {
    1
}

fn hundred() -> u32 {
    100
}

fn two_hundred() -> u32 {
    200
}

fn twenty() -> u32 {
    20
}

fn latest() -> String {
    "LATEST".to_owned()
}
