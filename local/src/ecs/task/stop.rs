//! StopTask. A service replaces the task that was stopped.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html>

use super::model::StopCode;
use crate::call::Call;
use crate::ecs::{arn, cluster, invalid};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ecs) struct StopTask {
    cluster: Option<String>,
    task: String,
    reason: Option<String>,
}

/// Begins to stop a task.
pub(in crate::ecs) fn stop_task(call: &mut Call<'_>, request: &StopTask) -> Result<Value, ApiError> {
    let not_found = || invalid("The referenced task was not found.");
    let id = arn::name(call, "task", &request.task).ok_or_else(not_found)?.to_owned();
    let (now, stop_ms) = (call.now, call.settings.task_stop_ms);
    let cluster = cluster::active(call, request.cluster.as_deref())?;
    let task = cluster.tasks.iter_mut().find(|task| task.id == id).ok_or_else(not_found)?;
    let reason = request.reason.clone().unwrap_or_else(|| "Task stopped by user".to_owned());
    task.stop(now, stop_ms, StopCode::UserInitiated, reason);
    let stopped = task.clone();
    if let Some(service) = stopped.service().and_then(|name| cluster.services.get_mut(name)) {
        service.check_at(now);
    }
    let name = cluster.name.clone();
    Ok(json!({ "task": stopped.shown(call, &name) }))
}
