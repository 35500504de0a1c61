//! The life of a task, one step at a time.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>

use super::start;
use crate::call::Call;
use crate::ecs::task::{self, HealthStatus, StopCode, Task, TaskStatus};
use crate::ecs::task_definition::{self, TaskDefinition};
use std::collections::BTreeMap;

/// How the images end whose containers fail their health checks.
const UNHEALTHY_TAG: &str = ":unhealthy";

/// What a step meant for the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The task went on.
    WentOn,
    /// The task came to run, and is well if anybody asks.
    CameToRun,
    /// The task will never run.
    FailedToStart,
    /// The task runs, and is not well.
    IsUnhealthy,
}

/// Takes the step that is due.
pub(super) fn proceed(
    task: &mut Task,
    families: &BTreeMap<String, Vec<TaskDefinition>>,
    call: &mut Call<'_>,
) -> Outcome {
    match task.last_status {
        TaskStatus::Provisioning => connect(task, call),
        TaskStatus::Pending => run(task, families, call),
        TaskStatus::Running => judge(task),
        TaskStatus::Stopped => leave(task, call),
        TaskStatus::Deactivating => {
            task.last_status = TaskStatus::Deprovisioning;
            task.next_at = Some(call.now.plus(second_half(call.settings.task_stop_ms)));
        }
        TaskStatus::Deprovisioning => end(task, call),
    }
    match (task.last_status, task.stop_code) {
        (TaskStatus::Running, _) if task.serves() => Outcome::CameToRun,
        (TaskStatus::Running, _) if task.health() == Some(HealthStatus::Unhealthy) => Outcome::IsUnhealthy,
        (TaskStatus::Deprovisioning, Some(StopCode::TaskFailedToStart)) => Outcome::FailedToStart,
        _ => Outcome::WentOn,
    }
}

/// PROVISIONING → PENDING: the network interface.
fn connect(task: &mut Task, call: &mut Call<'_>) {
    match task::attach(task, call) {
        Ok(()) => {
            task.last_status = TaskStatus::Pending;
            task.next_at = Some(call.now.plus(second_half(call.settings.task_start_ms)));
        }
        Err(reason) => fail(task, call, reason),
    }
}

/// PENDING → RUNNING: roles, secrets, image and logs.
fn run(task: &mut Task, families: &BTreeMap<String, Vec<TaskDefinition>>, call: &mut Call<'_>) {
    let definition = task_definition::by_arn(families, &task.task_definition);
    match definition.map(|definition| start::prepare(task, definition, call)) {
        Some(Ok(())) => {
            task.last_status = TaskStatus::Running;
            task.started_at = Some(call.now);
            task.next_at = task.health().map(|_| call.now.plus(call.settings.health_check_ms));
        }
        Some(Err(reason)) => fail(task, call, reason),
        None => fail(task, call, "TaskFailedToStart: the task definition does not exist".to_owned()),
    }
}

fn fail(task: &mut Task, call: &Call<'_>, reason: String) {
    task.stop(call.now, call.settings.task_stop_ms, StopCode::TaskFailedToStart, reason);
}

/// RUNNING: the verdict on every container that is checked. No container runs in here; its image's tag says how it
/// would be.
fn judge(task: &mut Task) {
    task.next_at = None;
    for container in &mut task.containers {
        let verdict = match container.image.ends_with(UNHEALTHY_TAG) {
            true => HealthStatus::Unhealthy,
            false => HealthStatus::Healthy,
        };
        container.health = container.health.map(|_| verdict);
    }
}

/// DEPROVISIONING → STOPPED: the network interface goes, at once or, as it happens on AWS, some time later.
fn end(task: &mut Task, call: &mut Call<'_>) {
    task.last_status = TaskStatus::Stopped;
    task.stopped_at = Some(call.now);
    match call.settings.interface_linger_ms {
        0 => leave(task, call),
        linger => task.next_at = Some(call.now.plus(linger)),
    }
}

/// STOPPED: nothing is left of it but its description.
fn leave(task: &mut Task, call: &mut Call<'_>) {
    task::detach(task, call);
    task.next_at = None;
}

/// What is left of a span after its first half, which was rounded down.
fn second_half(milliseconds: u64) -> u64 {
    milliseconds - milliseconds / 2
}
