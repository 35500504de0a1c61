//! The life of a task, one step at a time.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>

use super::start;
use crate::call::Call;
use crate::ecs::task::{self, StopCode, Task, TaskStatus};
use crate::ecs::task_definition::{self, TaskDefinition};
use std::collections::BTreeMap;

/// What a step meant for the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The task went on.
    WentOn,
    /// The task came to run.
    CameToRun,
    /// The task will never run.
    FailedToStart,
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
        TaskStatus::Running | TaskStatus::Stopped => task.next_at = None,
        TaskStatus::Deactivating => {
            task.last_status = TaskStatus::Deprovisioning;
            task.next_at = Some(call.now.plus(second_half(call.settings.task_stop_ms)));
        }
        TaskStatus::Deprovisioning => end(task, call),
    }
    match (task.last_status, task.stop_code) {
        (TaskStatus::Running, _) => Outcome::CameToRun,
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
            task.next_at = None;
        }
        Some(Err(reason)) => fail(task, call, reason),
        None => fail(task, call, "TaskFailedToStart: the task definition does not exist".to_owned()),
    }
}

fn fail(task: &mut Task, call: &Call<'_>, reason: String) {
    task.stop(call.now, call.settings.task_stop_ms, StopCode::TaskFailedToStart, reason);
}

/// DEPROVISIONING → STOPPED: the network interface goes.
fn end(task: &mut Task, call: &mut Call<'_>) {
    task::detach(task, call);
    task.last_status = TaskStatus::Stopped;
    task.stopped_at = Some(call.now);
    task.next_at = None;
}

/// What is left of a span after its first half, which was rounded down.
fn second_half(milliseconds: u64) -> u64 {
    milliseconds - milliseconds / 2
}
