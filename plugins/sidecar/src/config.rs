//! `[sidecar]`.

use std::collections::BTreeMap;

use deploy_kinds::ecs::Ulimit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Containers that run beside those of the services.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The containers to add, by name.
    pub containers: BTreeMap<String, Sidecar>,
}

/// A container that is added to the tasks of services. Its words may hold `{app}`, `{env}`, `{prefix}` and `{service}` in
/// `command`, `variables`, `container_variables` and `log.stream_prefix`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// The image: a URI, or `{ repository = "KEY", tag = "…" }` for a repository of this environment.
    pub image: Image,
    /// The services whose tasks get the container: keys of `[ecs.services]`. Default: all. An empty list is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true))]
    pub services: Option<Vec<String>>,
    /// The services whose tasks do not get it, in place of `services`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub except: Vec<String>,
    /// Whether the task ends when this container does.
    #[serde(default)]
    pub essential: bool,
    /// What the service's own containers wait for before they start. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub containers_wait_for: Option<Condition>,
    /// Variables for the service's own containers, such as where this one listens. What a container has already stands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub container_variables: BTreeMap<String, String>,

    /// The ports that it listens on. Containers of a task reach each other on `localhost` without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortConfig>,
    /// Its environment variables in plain text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// Its environment variables with secret values: a list of keys of `[secrets.parameters]`, or a table from variables
    /// to such keys or to ARNs.
    #[serde(default, skip_serializing_if = "Secrets::is_empty")]
    pub secrets: Secrets,
    /// Whether tasks are replaced when a secret that it reads has a new value.
    #[serde(default = "yes")]
    pub roll_on_secret_change: bool,
    /// What it runs, in place of the image's own command.
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
    /// It is killed when it uses more memory than this, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 6))]
    pub memory: Option<u32>,
    /// The memory that is kept for it, in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 6))]
    pub memory_reservation: Option<u32>,
    /// How ECS finds out whether it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheckConfig>,
    /// Containers of the task that this one waits for, and for what of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub depends_on: BTreeMap<String, Condition>,
    /// Where its output goes. Default: to the log of the service, as that of the other containers.
    #[serde(default)]
    pub log: LogConfig,
    /// Seconds between asking it to stop and killing it. Default: 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 120))]
    pub stop_timeout: Option<u32>,
    /// Whether it cannot write to its own file system.
    #[serde(default)]
    pub readonly_root_filesystem: bool,
    /// Whether an init process reaps children and forwards signals.
    #[serde(default)]
    pub init_process: bool,
    /// Limits, by name: `nofile = { soft = 65536, hard = 65536 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Linux capabilities to add; Fargate knows only `SYS_PTRACE`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_capabilities: Vec<String>,
    /// Linux capabilities to take away, or `ALL`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_capabilities: Vec<String>,
}

/// An image: its URI, or the repository it lies in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Image {
    /// A URI as `docker pull` takes it: `public.ecr.aws/datadog/agent:7`.
    Uri(String),
    /// An image in a repository of this environment.
    Repository(RepositoryImage),
}

/// An image in a repository of this environment: `{ repository = "otel", tag = "1.4" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepositoryImage {
    /// The repository's key in `[ecs.repositories]`.
    pub repository: String,
    /// The image's tag. Default: `latest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The image's digest, `sha256:…`, instead of a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// Secret environment variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Secrets {
    /// Variables that are named like their keys in `[secrets.parameters]`.
    Names(Vec<String>),
    /// From the variable to the key in `[secrets.parameters]`, or to an ARN.
    Variables(BTreeMap<String, String>),
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    pub interval: i32,
    /// Seconds after which a check counts as failed.
    #[serde(default = "five")]
    #[schemars(range(min = 2, max = 60))]
    pub timeout: i32,
    /// Failed checks in a row that make the container unhealthy.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 10))]
    pub retries: i32,
    /// Seconds at the start in which failed checks do not count. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 300))]
    pub start_period: Option<i32>,
}

/// A command: a line for the shell, or its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Command {
    /// A line for the container's shell.
    Shell(String),
    /// As Docker takes it: `["CMD", "/healthcheck"]`.
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

/// Where the output of a sidecar goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// The name of a log group for this container alone, in all services, which is made. `{app}`, `{env}` and `{prefix}`
    /// are filled in. Default: the log group of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Days after which the events of `group` expire. Default: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i32>,
    /// How the names of the log streams begin; the container's name and the task's id follow.
    pub stream_prefix: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { group: None, retention_days: None, stream_prefix: "ecs".to_owned() }
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::Names(Vec::new())
    }
}

fn yes() -> bool {
    true
}

fn thirty() -> i32 {
    30
}

fn five() -> i32 {
    5
}

fn three() -> i32 {
    3
}
