//! A container of a task definition, as the diff sees it: everything that AWS lists by name is a map.

use std::collections::BTreeMap;

use deploy_model::Input;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// The image's URI.
    #[schemars(extend("x-refers" = "ecs.repository"))]
    pub image: Input<String>,
    /// Whether the task ends with it.
    pub essential: bool,
    /// The ports it listens on.
    #[serde(default)]
    #[schemars(extend("x-unordered" = true))]
    pub ports: Vec<Port>,
    /// Its plain environment variables.
    #[serde(default)]
    pub variables: BTreeMap<String, Input<String>>,
    /// From a variable to the ARN of the parameter or secret that holds its value.
    #[serde(default)]
    #[schemars(extend("x-refers" = "secrets.parameter"))]
    pub secrets: BTreeMap<String, Input<String>>,
    /// Where its output goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<Log>,
    /// What it runs.
    #[serde(default)]
    pub command: Vec<String>,
    /// Its entry point.
    #[serde(default)]
    pub entry_point: Vec<String>,
    /// Where the command starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
    /// As whom the command runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// CPU units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<u32>,
    /// The limit of its memory in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    /// The memory kept for it in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<u32>,
    /// How its health is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    /// From a container to the condition that it must meet first.
    #[serde(default)]
    pub depends_on: BTreeMap<String, String>,
    /// Seconds until it is killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<u32>,
    /// Whether its own file system cannot be written.
    #[serde(default)]
    pub readonly_root_filesystem: bool,
    /// Whether an init process runs in it.
    #[serde(default)]
    pub init_process: bool,
    /// Limits, by name.
    #[serde(default)]
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Linux capabilities it gets.
    #[serde(default)]
    #[schemars(extend("x-unordered" = true))]
    pub add_capabilities: Vec<String>,
    /// Linux capabilities it loses.
    #[serde(default)]
    #[schemars(extend("x-unordered" = true))]
    pub drop_capabilities: Vec<String>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its number in the container.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Where a container's output goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The log driver, such as `awslogs`.
    pub driver: String,
    /// The driver's options.
    #[serde(default)]
    #[schemars(extend("x-refers" = "ecs.log_group"))]
    pub options: BTreeMap<String, Input<String>>,
}

/// How a container's health is checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// What is run.
    pub command: Vec<String>,
    /// Seconds between two checks.
    pub interval: i32,
    /// Seconds after which a check has failed.
    pub timeout: i32,
    /// Failures in a row that count.
    pub retries: i32,
    /// Seconds at the start that do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_period: Option<i32>,
}

/// A limit of the operating system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ulimit {
    /// The limit that holds.
    pub soft: i32,
    /// What it can be raised to.
    pub hard: i32,
}
