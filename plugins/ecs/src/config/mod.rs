//! The section `[ecs]` of an environment, as its author writes it.

mod cluster;
mod container;
mod image;
mod repository;
mod secrets;
mod service;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cluster::{ClusterConfig, ContainerInsights, StrategyConfig};
pub use container::{
    Command, Condition, ContainerConfig, HealthCheckConfig, PortConfig, PortSettings, Protocol, UlimitConfig,
};
pub use image::{AccountImage, ImageConfig, RepositoryImage};
pub use repository::RepositoryConfig;
pub use secrets::{SecretConfig, SecretPart, SecretVariable, SecretsConfig, whole_arn};
pub use service::{CircuitBreakerConfig, CpuArchitecture, LaunchType, PropagateTags, ServiceConfig};

/// The containers of an environment: where they run, from which images, and how many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EcsConfig {
    /// The cluster that the services run in. It exists where there is a service, or where this table is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterConfig>,
    /// ECR repositories of this environment, by a name of your choice.
    #[serde(default)]
    pub repositories: BTreeMap<String, RepositoryConfig>,
    /// The services, by a name of your choice.
    #[serde(default)]
    pub services: BTreeMap<String, ServiceConfig>,
}

/// What most switches are when nobody says otherwise.
fn yes() -> bool {
    true
}
