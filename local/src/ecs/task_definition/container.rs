//! A container of a task definition. Every field is kept; those that no rule reads stay as they were given.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One container, with the defaults that AWS fills in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerDefinition {
    /// Its name, unique within the task.
    #[serde(default)]
    pub name: String,
    /// The image it runs.
    #[serde(default)]
    pub image: String,
    /// CPU units of the task that are reserved for it.
    #[serde(default)]
    pub cpu: u32,
    /// The hard limit in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    /// The soft limit in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<u32>,
    /// The ports it listens on.
    #[serde(default)]
    pub port_mappings: Vec<PortMapping>,
    /// Whether the task stops with it.
    #[serde(default = "essential")]
    pub essential: bool,
    /// Variables in the clear.
    #[serde(default)]
    pub environment: Vec<EnvironmentVariable>,
    /// Volumes of the task.
    #[serde(default)]
    pub mount_points: Vec<Value>,
    /// Volumes of other containers.
    #[serde(default)]
    pub volumes_from: Vec<Value>,
    /// Kernel parameters.
    #[serde(default)]
    pub system_controls: Vec<Value>,
    /// Variables whose values are read when the task starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<Vec<SecretReference>>,
    /// Where its output goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<LogConfiguration>,
    /// Links to other containers; not on Fargate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<String>>,
    /// Elevated rights on the host; not on Fargate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// GPUs and accelerators; not on Fargate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_requirements: Option<Vec<Value>>,
    /// Credentials of a private registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_credentials: Option<Value>,
    /// Whether it is started again when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<Value>,
    /// What the image is started with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<Vec<String>>,
    /// The arguments of the entry point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// Files in S3 with further variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_files: Option<Vec<Value>>,
    /// Capabilities, init process, shared memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_parameters: Option<Value>,
    /// Containers that must come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<Vec<Value>>,
    /// Seconds to wait for what it depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_timeout: Option<u32>,
    /// Seconds between SIGTERM and SIGKILL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<u32>,
    /// Whether tags are resolved to digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_consistency: Option<String>,
    /// Its host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// The user it runs as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Where its command runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
    /// Whether it has no network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_networking: Option<bool>,
    /// Whether its root cannot be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly_root_filesystem: Option<bool>,
    /// Name servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_servers: Option<Vec<String>>,
    /// Search domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_search_domains: Option<Vec<String>>,
    /// Lines for /etc/hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_hosts: Option<Vec<Value>>,
    /// SELinux and AppArmor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_security_options: Option<Vec<String>>,
    /// Whether it has a standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    /// Whether it has a terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudo_terminal: Option<bool>,
    /// Labels of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_labels: Option<BTreeMap<String, String>>,
    /// Limits of the process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ulimits: Option<Vec<Value>>,
    /// The command that tells whether it is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Value>,
    /// Whether it routes the logs of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firelens_configuration: Option<Value>,
    /// Active Directory credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_specs: Option<Vec<String>>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortMapping {
    /// The port it listens on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<u16>,
    /// The port of the host, which is the same with a network interface of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    /// `tcp` or `udp`.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// Its name for Service Connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `http`, `http2` or `grpc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
    /// A range of ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port_range: Option<String>,
}

/// A variable in the clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    #[serde(default)]
    pub value: String,
}

/// A variable, or a log option, whose value is read when the task starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretReference {
    /// Its name.
    pub name: String,
    /// The name or ARN of a parameter, or the ARN of a secret.
    pub value_from: String,
}

/// Where the output of a container goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogConfiguration {
    /// `awslogs` and others.
    pub log_driver: String,
    /// The options of the driver.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Options whose values are secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_options: Vec<SecretReference>,
}

fn essential() -> bool {
    true
}

fn tcp() -> String {
    "tcp".to_owned()
}

impl ContainerDefinition {
    /// All references to secrets, those of its variables and those of its log driver.
    pub(in crate::ecs) fn secret_references(&self) -> impl Iterator<Item = &SecretReference> {
        let of_the_driver = self.log_configuration.iter().flat_map(|logs| &logs.secret_options);
        self.secrets.iter().flatten().chain(of_the_driver)
    }

    /// Whether its output goes to CloudWatch Logs.
    pub(in crate::ecs) fn uses_awslogs(&self) -> bool {
        self.log_configuration.as_ref().is_some_and(|logs| logs.log_driver == "awslogs")
    }

    /// Whether its image lies in a private registry of ECR.
    pub(in crate::ecs) fn uses_ecr(&self) -> bool {
        self.image.split('/').next().is_some_and(|host| host.contains(".dkr.ecr.") && host.ends_with(".amazonaws.com"))
    }

    /// Whether somebody asks how well it is. "The Amazon ECS container agent doesn't monitor or report on Docker health
    /// checks that are embedded in a container image": only those that stand here count, and `NONE` turns one off.
    pub(in crate::ecs) fn is_checked(&self) -> bool {
        self.health_check.as_ref().is_some_and(|check| check["command"][0] != "NONE")
    }

    /// The defaults that depend on the network mode: the port of the host is that of the container.
    pub(super) fn fill_in_host_ports(&mut self) {
        for mapping in &mut self.port_mappings {
            if mapping.host_port.is_none_or(|port| port == 0) {
                mapping.host_port = mapping.container_port;
            }
        }
    }
}
