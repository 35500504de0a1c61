//! The inputs and outputs of `ecs.task_definition`: what a task consists of.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::container::Container;

/// A task definition. Whatever changes, a new revision of the same family is registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinition {
    /// The name that its revisions share.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub family: String,
    /// CPU units.
    pub cpu: u32,
    /// Memory in MiB.
    pub memory: u32,
    /// How containers are connected: `awsvpc` on Fargate.
    pub network_mode: String,
    /// The launch types that it must fit.
    #[schemars(extend("x-unordered" = true))]
    pub requires_compatibilities: Vec<String>,
    /// The ARN of the role that ECS acts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-refers" = "iam.role"))]
    pub execution_role: Option<Input<String>>,
    /// The ARN of the role that the containers act with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-refers" = "iam.role"))]
    pub task_role: Option<Input<String>>,
    /// The processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_architecture: Option<String>,
    /// The operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_family: Option<String>,
    /// Scratch space in GiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage_gib: Option<u32>,
    /// Its containers, by name.
    pub containers: BTreeMap<String, Container>,
    /// Which edition of each secret its tasks were meant to read (`v3.1764072000`), by the secret's key. ECS reads whatever
    /// is current when a task starts; that a value has changed since shows here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secret_versions: BTreeMap<String, Input<String>>,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskDefinitionOutputs {
    /// The ARN of the newest revision.
    #[schemars(extend("x-changes-on-update" = true))]
    pub arn: String,
    /// The number of the newest revision.
    #[schemars(extend("x-changes-on-update" = true))]
    pub revision: i32,
    /// The family.
    pub family: String,
}

impl Resource for TaskDefinition {
    const KIND: &'static str = "ecs.task_definition";
    type Outputs = TaskDefinitionOutputs;
}
