//! `[ecs.services.NAME.containers.NAME]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ImageConfig, SecretsConfig, yes};

/// A container of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContainerConfig {
    /// The image: a URI, `{ repository = "KEY", tag = "…" }` for a repository of this environment, or
    /// `{ ecr = "NAME", tag = "…" }` for another one of this account.
    pub image: ImageConfig,
    /// Whether the task ends when this container does. At least one container must be essential.
    #[serde(default = "yes")]
    pub essential: bool,
    /// The ports that the container listens on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortConfig>,
    /// Environment variables in plain text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// Environment variables whose values ECS reads from Parameter Store or Secrets Manager when a task starts: a list
    /// of keys of `[secrets.parameters]`, or a table from variables to such keys or to ARNs.
    #[serde(default, skip_serializing_if = "SecretsConfig::is_empty")]
    pub secrets: SecretsConfig,

    /// What the container runs, in place of the image's own command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// The image's entry point, replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    /// The folder in which the command starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
    /// The user that the command runs as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// CPU units out of those of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub cpu: Option<u32>,
    /// The container is killed when it uses more memory than this, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 6))]
    pub memory: Option<u32>,
    /// The memory that is kept for the container, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 6))]
    pub memory_reservation: Option<u32>,
    /// How ECS finds out whether the container works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheckConfig>,
    /// Containers that this one waits for, and for what of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub depends_on: BTreeMap<String, Condition>,
    /// Seconds between asking the container to stop and killing it. Default: 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 120))]
    pub stop_timeout: Option<u32>,
    /// Whether the container cannot write to its own file system.
    #[serde(default)]
    pub readonly_root_filesystem: bool,
    /// Whether an init process reaps children and forwards signals.
    #[serde(default)]
    pub init_process: bool,
    /// Limits, by name: `nofile = { soft = 65536, hard = 65536 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ulimits: BTreeMap<String, UlimitConfig>,
    /// Linux capabilities to add; Fargate knows only `SYS_PTRACE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_capabilities: Vec<String>,
    /// Linux capabilities to take away, or `ALL`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_capabilities: Vec<String>,
    /// How the names of the container's log streams begin.
    #[serde(default = "ecs")]
    pub log_stream_prefix: String,
}

/// A port: its number alone, or with more to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PortConfig {
    /// A TCP port.
    Number(#[schemars(range(min = 1, max = 65535))] u16),
    /// A port with its protocol or name.
    Settings(PortSettings),
}

/// A port with its protocol or name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortSettings {
    /// The port in the container.
    #[schemars(range(min = 1, max = 65535))]
    pub container: u16,
    /// The protocol.
    #[serde(default)]
    pub protocol: Protocol,
    /// A name for Service Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What is spoken on a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

/// How ECS finds out whether a container works.
///
/// Source of the ranges: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheckConfig {
    /// A line for the container's shell, or a list that begins with `CMD` or `CMD-SHELL`.
    pub command: Command,
    /// Seconds between two checks.
    #[serde(default = "thirty")]
    #[schemars(range(min = 5, max = 300))]
    pub interval: u32,
    /// Seconds after which a check counts as failed.
    #[serde(default = "five")]
    #[schemars(range(min = 2, max = 60))]
    pub timeout: u32,
    /// Failed checks in a row that make the container unhealthy.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 10))]
    pub retries: u32,
    /// Seconds at the start in which failed checks do not count. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 300))]
    pub start_period: Option<u32>,
}

/// A command: a line for the shell, or its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Command {
    /// A line for the container's shell.
    Shell(String),
    /// As Docker takes it: `["CMD", "curl", "-f", "http://localhost/"]`.
    Words(Vec<String>),
}

/// What a container waits for before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Condition {
    /// The other has started.
    Start,
    /// The other has ended.
    Complete,
    /// The other has ended with status 0.
    Success,
    /// The other's health check has passed.
    Healthy,
}

/// A limit of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UlimitConfig {
    /// The limit that holds.
    pub soft: u32,
    /// What the limit can be raised to.
    pub hard: u32,
}

impl PortConfig {
    /// The port with everything said.
    pub fn settings(&self) -> PortSettings {
        match self {
            Self::Number(container) => PortSettings { container: *container, protocol: Protocol::Tcp, name: None },
            Self::Settings(settings) => settings.clone(),
        }
    }
}

impl Protocol {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl Condition {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}

fn ecs() -> String {
    "ecs".to_owned()
}

fn thirty() -> u32 {
    30
}

fn five() -> u32 {
    5
}

fn three() -> u32 {
    3
}
