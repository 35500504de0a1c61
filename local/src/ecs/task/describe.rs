//! DescribeTasks and ListTasks.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html>

use super::model::{DesiredStatus, Task};
use crate::call::Call;
use crate::ecs::launch::LaunchType;
use crate::ecs::service;
use crate::ecs::{arn, cluster, invalid, page_of_arns};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tasks in one request to describe.
const MAX_TASKS: usize = 100;

/// The request to describe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ecs) struct DescribeTasks {
    cluster: Option<String>,
    tasks: Vec<String>,
    #[serde(default)]
    include: BTreeSet<TaskField>,
}

/// The optional parts of a description.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum TaskField {
    Tags,
}

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListTasks {
    cluster: Option<String>,
    container_instance: Option<String>,
    family: Option<String>,
    service_name: Option<String>,
    started_by: Option<String>,
    desired_status: Option<DesiredStatus>,
    launch_type: Option<LaunchType>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Describes tasks, running ones and those stopped within the last hour.
pub(in crate::ecs) fn describe_tasks(call: &mut Call<'_>, request: &DescribeTasks) -> Result<Value, ApiError> {
    match request.tasks.len() {
        0 => return Err(invalid("Tasks cannot be empty.")),
        1..=MAX_TASKS => {}
        _ => return Err(invalid(format!("Tasks cannot have more than {MAX_TASKS} elements."))),
    }
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for reference in &request.tasks {
        let id = arn::name(call, "task", reference).unwrap_or(reference);
        match cluster.task(id) {
            Some(task) if request.include.contains(&TaskField::Tags) => {
                tasks.push(task.shown_with_tags(call, &cluster.name));
            }
            Some(task) => tasks.push(task.shown(call, &cluster.name)),
            None => failures.push(json!({ "arn": arn::task(call, &cluster.name, id), "reason": "MISSING" })),
        }
    }
    Ok(json!({ "tasks": tasks, "failures": failures }))
}

/// The ARNs of tasks that are meant to run, or of those that are meant to stop.
pub(in crate::ecs) fn list_tasks(call: &mut Call<'_>, request: &ListTasks) -> Result<Value, ApiError> {
    let wanted_service = request.service_name.as_deref().map(|name| arn::name(call, "service", name).unwrap_or(name));
    let wanted_service = wanted_service.map(str::to_owned);
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    if wanted_service.as_ref().is_some_and(|name| !cluster.services.contains_key(name)) {
        return Err(service::not_found());
    }
    let desired = request.desired_status.unwrap_or(DesiredStatus::Running);
    let matches = |task: &&Task| {
        task.desired_status == desired
            && request.container_instance.is_none()
            && request.launch_type.is_none_or(|launch_type| launch_type == LaunchType::Fargate)
            && request.family.as_ref().is_none_or(|family| family == task.family())
            && request.started_by.as_ref().is_none_or(|by| Some(by.as_str()) == task.started_by())
            && wanted_service.as_ref().is_none_or(|name| Some(name.as_str()) == task.service())
    };
    let arns = cluster.tasks.iter().filter(matches).map(|task| arn::task(call, &cluster.name, &task.id)).collect();
    page_of_arns("taskArns", arns, request.max_results, request.next_token.as_deref())
}
