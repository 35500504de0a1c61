//! RegisterTaskDefinition.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>. It is not
//! idempotent: each call makes a new revision.

use super::container::ContainerDefinition;
use super::model::{Content, EphemeralStorage, RuntimePlatform, TaskDefinition, TaskDefinitionStatus};
use super::{fargate, rules};
use crate::call::Call;
use crate::ecs::tags::{self, Tag};
use crate::ecs::{arn, client};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct RegisterTaskDefinition {
    family: String,
    container_definitions: Vec<ContainerDefinition>,
    task_role_arn: Option<String>,
    execution_role_arn: Option<String>,
    network_mode: Option<String>,
    #[serde(default)]
    volumes: Vec<Value>,
    #[serde(default)]
    placement_constraints: Vec<Value>,
    #[serde(default)]
    requires_compatibilities: Vec<String>,
    cpu: Option<String>,
    memory: Option<String>,
    runtime_platform: Option<RuntimePlatform>,
    pid_mode: Option<String>,
    ipc_mode: Option<String>,
    proxy_configuration: Option<Value>,
    inference_accelerators: Option<Value>,
    ephemeral_storage: Option<EphemeralStorage>,
    enable_fault_injection: Option<bool>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Registers the next revision of the family.
pub(in crate::ecs) fn register_task_definition(
    call: &mut Call<'_>,
    request: RegisterTaskDefinition,
) -> Result<Value, ApiError> {
    rules::check_family(&request.family)?;
    let tags = tags::checked(&request.tags)?;
    let family = request.family.clone();
    let content = content(request)?;
    let revisions = call.region().ecs.families.get(&family);
    let revision = revisions.and_then(|revisions| revisions.last()).map_or(1, |last| last.revision + 1);
    let definition = TaskDefinition {
        arn: arn::task_definition(call, &family, revision),
        family: family.clone(),
        revision,
        status: TaskDefinitionStatus::Active,
        content,
        tags,
        registered_at: call.now,
        registered_by: call.caller_arn.clone(),
        deregistered_at: None,
    };
    let reply = json!({ "taskDefinition": definition.shown(), "tags": tags::shown(&definition.tags) });
    call.region().ecs.families.entry(family).or_default().push(definition);
    Ok(reply)
}

/// The content of the request with AWS's defaults, checked.
fn content(request: RegisterTaskDefinition) -> Result<Content, ApiError> {
    let mut content = Content {
        container_definitions: request.container_definitions,
        task_role_arn: request.task_role_arn.map(|role| checked_role(&role)).transpose()?,
        execution_role_arn: request.execution_role_arn.map(|role| checked_role(&role)).transpose()?,
        network_mode: request.network_mode,
        volumes: request.volumes,
        placement_constraints: request.placement_constraints,
        requires_compatibilities: request.requires_compatibilities,
        cpu: request.cpu.map(|text| units(&text, "cpu", "vcpu")).transpose()?,
        memory: request.memory.map(|text| units(&text, "memory", "gb")).transpose()?,
        runtime_platform: request.runtime_platform,
        pid_mode: request.pid_mode,
        ipc_mode: request.ipc_mode,
        proxy_configuration: request.proxy_configuration,
        inference_accelerators: request.inference_accelerators,
        ephemeral_storage: request.ephemeral_storage,
        enable_fault_injection: request.enable_fault_injection,
    };
    if let Some(storage) = &content.ephemeral_storage
        && !(21..=200).contains(&storage.size_in_gib)
    {
        return Err(client("Invalid 'ephemeralStorage' setting for task. Must be between 21 and 200."));
    }
    rules::check(&content)?;
    for compatibility in &content.requires_compatibilities {
        match compatibility.as_str() {
            "FARGATE" => fargate::check(&content)?,
            "EC2" | "EXTERNAL" | "MANAGED_INSTANCES" => {}
            other => return Err(client(format!("Unknown launch type in requiresCompatibilities: {other}"))),
        }
    }
    if content.network_mode.as_deref() == Some("awsvpc") {
        content.container_definitions.iter_mut().for_each(ContainerDefinition::fill_in_host_ports);
    }
    Ok(content)
}

/// A role by name or ARN; ECS does not look whether it exists.
fn checked_role(role: &str) -> Result<String, ApiError> {
    match role.is_empty() || role.starts_with("arn:") && !role.contains(":role/") {
        true => Err(client("Role is not valid")),
        false => Ok(role.to_owned()),
    }
}

/// "1024", "1 vCPU" and "1024 CPU units" alike; likewise "1 GB". AWS keeps the plain number.
fn units(text: &str, field: &str, unit: &str) -> Result<String, ApiError> {
    let wrong = || client(format!("Invalid '{field}' setting for task."));
    let lower = text.trim().to_ascii_lowercase();
    match lower.strip_suffix(unit) {
        None => lower.parse::<u32>().map(|number| number.to_string()).map_err(|_| wrong()),
        Some(number) => {
            let number: f64 = number.trim().parse().map_err(|_| wrong())?;
            // Written with at most a few digits, so that the product is exact.
            Ok(format!("{:.0}", number * 1024.0))
        }
    }
}
