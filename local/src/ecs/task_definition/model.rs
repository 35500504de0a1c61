//! A revision of a task definition, how it is found and how it is shown.

use super::attributes;
use super::container::ContainerDefinition;
use crate::call::Call;
use crate::ecs::{State, arn, client};
use crate::error::ApiError;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDefinition {
    /// Its ARN.
    pub arn: String,
    /// The family it belongs to.
    pub family: String,
    /// 1 for the first of its family. Numbers are not used twice.
    pub revision: u32,
    /// ACTIVE until it is deregistered.
    pub status: TaskDefinitionStatus,
    /// What was registered.
    pub content: Content,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was registered.
    pub registered_at: Time,
    /// Who registered it.
    pub registered_by: String,
    /// When it was deregistered.
    pub deregistered_at: Option<Time>,
}

/// The life of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskDefinitionStatus {
    /// Tasks can be started from it.
    Active,
    /// It was deregistered: what runs goes on, nothing new refers to it.
    Inactive,
    /// It was deleted; AWS removes it when nothing uses it any more.
    DeleteInProgress,
}

/// What a request registers and a description shows, as AWS spells it.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html>
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Content {
    /// The containers.
    pub container_definitions: Vec<ContainerDefinition>,
    /// The role that the containers act in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<String>,
    /// The role that ECS acts in while it starts the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<String>,
    /// `awsvpc`, `bridge`, `host` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_mode: Option<String>,
    /// Volumes, as they were given.
    #[serde(default)]
    pub volumes: Vec<Value>,
    /// Placement constraints, as they were given.
    #[serde(default)]
    pub placement_constraints: Vec<Value>,
    /// The launch types that it was checked against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires_compatibilities: Vec<String>,
    /// CPU units of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Memory of the task in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    /// Operating system and CPU architecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_platform: Option<RuntimePlatform>,
    /// The process namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid_mode: Option<String>,
    /// The IPC namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc_mode: Option<String>,
    /// App Mesh, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_configuration: Option<Value>,
    /// Elastic Inference, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_accelerators: Option<Value>,
    /// Storage of the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// Whether faults may be injected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_fault_injection: Option<bool>,
}

/// Operating system and CPU architecture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuntimePlatform {
    /// `X86_64` or `ARM64`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_architecture: Option<String>,
    /// `LINUX` and several Windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operating_system_family: Option<String>,
}

/// Storage of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EphemeralStorage {
    /// 21 to 200 GiB.
    #[serde(rename = "sizeInGiB")]
    pub size_in_gib: u32,
}

impl TaskDefinition {
    /// Whether it can run on Fargate.
    pub(in crate::ecs) fn supports_fargate(&self) -> bool {
        attributes::compatibilities(&self.content).contains(&"FARGATE")
    }

    /// Whether its tasks have a network interface of their own.
    pub(in crate::ecs) fn uses_awsvpc(&self) -> bool {
        self.content.network_mode.as_deref() == Some("awsvpc")
    }

    /// The reply shape `TaskDefinition`.
    pub(super) fn shown(&self) -> Value {
        let mut reply = json!(self.content);
        reply["taskDefinitionArn"] = json!(self.arn);
        reply["family"] = json!(self.family);
        reply["revision"] = json!(self.revision);
        reply["status"] = json!(self.status);
        reply["requiresAttributes"] = attributes::required(&self.content);
        reply["compatibilities"] = json!(attributes::compatibilities(&self.content));
        reply["registeredAt"] = json!(self.registered_at.seconds());
        reply["registeredBy"] = json!(self.registered_by);
        if let Some(at) = self.deregistered_at {
            reply["deregisteredAt"] = json!(at.seconds());
        }
        reply
    }
}

/// The revision with this ARN.
pub(in crate::ecs) fn by_arn<'a>(
    families: &'a BTreeMap<String, Vec<TaskDefinition>>,
    arn: &str,
) -> Option<&'a TaskDefinition> {
    let (family, revision) = arn.rsplit('/').next()?.split_once(':')?;
    let revision: u32 = revision.parse().ok()?;
    families.get(family)?.iter().find(|definition| definition.revision == revision)
}

/// The revision behind a reference: a family stands for its latest active revision.
pub(super) fn find<'a>(call: &'a mut Call<'_>, reference: &str) -> Option<&'a mut TaskDefinition> {
    let name = arn::name(call, "task-definition", reference)?.to_owned();
    let State { families, .. } = &mut call.region().ecs;
    match name.split_once(':') {
        None => {
            let active = |definition: &&mut TaskDefinition| definition.status == TaskDefinitionStatus::Active;
            families.get_mut(&name)?.iter_mut().rev().find(active)
        }
        Some((family, revision)) => {
            let revision: u32 = revision.parse().ok()?;
            families.get_mut(family)?.iter_mut().find(|definition| definition.revision == revision)
        }
    }
}

/// The active revision that a service or task is to be started from.
pub(in crate::ecs) fn runnable(call: &mut Call<'_>, reference: &str) -> Result<TaskDefinition, ApiError> {
    match find(call, reference) {
        None => Err(client("TaskDefinition not found.")),
        Some(definition) if definition.status != TaskDefinitionStatus::Active => {
            Err(client("TaskDefinition is inactive"))
        }
        Some(definition) => Ok(definition.clone()),
    }
}
