//! RunTask: tasks that belong to no service.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>

use super::model::{NewTask, Owner, Task};
use crate::call::Call;
use crate::ecs::launch::{CapacityProviderStrategyItem, Launch, LaunchType, NetworkConfiguration};
use crate::ecs::tags::{self, Tag};
use crate::ecs::{cluster, invalid, task_definition};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Tasks of one request.
const MAX_COUNT: u32 = 10;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct RunTask {
    cluster: Option<String>,
    task_definition: String,
    count: Option<u32>,
    group: Option<String>,
    started_by: Option<String>,
    launch_type: Option<LaunchType>,
    #[serde(default)]
    capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    platform_version: Option<String>,
    network_configuration: Option<NetworkConfiguration>,
    #[serde(default)]
    enable_execute_command: bool,
    #[serde(default, rename = "enableECSManagedTags")]
    _enable_ecs_managed_tags: bool,
    #[serde(default, rename = "clientToken")]
    _client_token: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Starts the tasks.
pub(in crate::ecs) fn run_task(call: &mut Call<'_>, request: &RunTask) -> Result<Value, ApiError> {
    let count = request.count.unwrap_or(1);
    if !(1..=MAX_COUNT).contains(&count) {
        return Err(invalid(format!("count should be between 1 and {MAX_COUNT}.")));
    }
    let tags = tags::checked(&request.tags)?;
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let definition = task_definition::runnable(call, &request.task_definition)?;
    let launch = Launch {
        launch_type: request.launch_type,
        capacity_provider_strategy: request.capacity_provider_strategy.clone(),
        platform_version: request.platform_version.clone(),
        network_configuration: request.network_configuration.clone(),
    };
    let launch = launch.completed(call, &cluster, &definition)?;
    let (now, start_ms) = (call.now, call.settings.task_start_ms);
    let started: Vec<Task> = (0..count)
        .map(|index| {
            let group = request.group.clone().unwrap_or_else(|| format!("family:{}", definition.family));
            let new = NewTask {
                owner: Owner::Caller { started_by: request.started_by.clone(), group },
                definition: &definition,
                launch: launch.clone(),
                turn: u64::from(index),
                enable_execute_command: request.enable_execute_command,
                tags: tags.clone(),
            };
            new.create(call.ids, now, start_ms)
        })
        .collect();
    let shown: Vec<Value> = started.iter().map(|task| task.shown_with_tags(call, &cluster.name)).collect();
    cluster::active(call, request.cluster.as_deref())?.tasks.extend(started);
    Ok(json!({ "tasks": shown, "failures": [] }))
}
