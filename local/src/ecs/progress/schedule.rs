//! The service scheduler: it starts and stops tasks until a service is what it is meant to be.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html> and, for the words,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>

use super::breaker;
use super::life::Outcome;
use crate::call::Call;
use crate::ecs::service::{
    Deployment, DeploymentStatus, PropagateTags, RolloutState, Service, ServiceDeploymentStatus, ServiceStatus,
};
use crate::ecs::task::{NewTask, Owner, StopCode, Task, TaskStatus};
use crate::ecs::task_definition::{self, TaskDefinition};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest wait before a task that failed is started again.
const LONGEST_WAIT_MS: u64 = 15 * 60 * 1000;
/// Retries after which AWS says that something is wrong.
const RETRIES_BEFORE_COMPLAINT: u32 = 3;

/// Writes down what a step of one of its tasks means for the service, and has the scheduler look at it.
pub(super) fn take_note(service: &mut Service, task: &mut Task, outcome: Outcome, call: &mut Call<'_>) {
    service.check_at(call.now);
    match outcome {
        Outcome::WentOn => {}
        Outcome::CameToRun => {
            let breaker = service.deployment_configuration.deployment_circuit_breaker;
            let Some(deployment) = task.started_by().and_then(|id| service.deployment(id)) else { return };
            (deployment.retries, deployment.retry_at) = (0, None);
            // "Once a service deployment has one or more successfully running tasks, the failed task count resets to
            // zero and stops being evaluated": unless the circuit breaker is told to count on.
            if breaker.resets() {
                (deployment.has_run, deployment.failed_tasks) = (true, 0);
            }
        }
        Outcome::FailedToStart => count_failure(service, task, call),
        Outcome::IsUnhealthy => replace_unhealthy(service, task, call),
    }
}

/// Counts a task that came to nothing, and puts off the next attempt.
fn count_failure(service: &mut Service, task: &Task, call: &mut Call<'_>) {
    let (now, first_wait) = (call.now, call.settings.task_start_ms.max(1));
    let Some(deployment) = task.started_by().and_then(|id| service.deployment(id)) else { return };
    if !deployment.has_run {
        deployment.failed_tasks += 1;
        deployment.updated_at = now;
    }
    if deployment.retry_at.is_some_and(|at| at > now) {
        return;
    }
    let wait = first_wait.saturating_mul(1 << deployment.retries.min(32)).min(LONGEST_WAIT_MS);
    deployment.retry_at = Some(now.plus(wait));
    deployment.retries += 1;
    if deployment.retries == RETRIES_BEFORE_COMPLAINT {
        let message = "is unable to consistently start tasks successfully. For more information, see the \
                       Troubleshooting section of the Amazon ECS Developer Guide.";
        service.event(call.ids, now, message);
    }
}

/// Stops a task that is not well, once its grace is over: "a task is considered a failure if … it fails any of its
/// defined health checks and is stopped". The scheduler ignores unhealthy checks for the service's grace period.
///
/// Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html> and
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
fn replace_unhealthy(service: &mut Service, task: &mut Task, call: &mut Call<'_>) {
    let grace_s = service.further.get("healthCheckGracePeriodSeconds").and_then(Value::as_u64).unwrap_or(0);
    let grace_ends = task.started_at.unwrap_or(call.now).plus(grace_s.saturating_mul(1000));
    if grace_ends > call.now {
        task.next_at = Some(grace_ends);
        return;
    }
    let reason = "Task failed container health checks".to_owned();
    task.stop(call.now, call.settings.task_stop_ms, StopCode::ServiceSchedulerInitiated, reason);
    service.is_steady = false;
    service.event(call.ids, call.now, &format!("(task {}) failed container health checks.", task.id));
    count_failure(service, task, call);
}

/// Looks at a service: starts and stops what has to be, and says how it goes.
pub(super) fn look_at(
    service: &mut Service,
    cluster: &str,
    tasks: &mut Vec<Task>,
    families: &BTreeMap<String, Vec<TaskDefinition>>,
    call: &mut Call<'_>,
) {
    service.next_check = None;
    service.begin_deployment(call.now);
    match service.status {
        ServiceStatus::Active => {
            breaker::stop_on_request(service, call.ids, call.now);
            breaker::check(service, call.ids, call.now);
            stop_what_is_too_much(service, tasks, call);
            start_what_is_missing(service, cluster, tasks, families, call);
            drop_replaced_deployments(service, tasks);
            settle(service, tasks, call);
        }
        ServiceStatus::Draining => drain(service, tasks, call),
        ServiceStatus::Inactive => {}
    }
}

/// How many tasks a service has and may have.
struct Counts {
    desired: u32,
    /// Tasks that must stay running while a deployment rolls.
    least: u32,
    /// Tasks that may run or start at once.
    most: u32,
    /// Tasks of the primary deployment that run or are about to.
    primary: u32,
    /// Those of them that run and are well.
    primary_running: u32,
    /// Tasks of the other deployments that run or are about to.
    old: u32,
    /// Those of them that run and are well.
    old_running: u32,
}

impl Counts {
    fn of(service: &Service, tasks: &[Task]) -> Self {
        let desired = service.desired_count;
        let percent = |percent: u32| u64::from(desired) * u64::from(percent);
        let configuration = &service.deployment_configuration;
        let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let mut counts = Counts {
            desired,
            // "rounded up to the nearest integer" and "rounded down to the nearest integer".
            least: narrow(percent(configuration.minimum_healthy_percent).div_ceil(100)),
            most: narrow(percent(configuration.maximum_percent) / 100),
            primary: 0,
            primary_running: 0,
            old: 0,
            old_running: 0,
        };
        for deployment in &service.deployments {
            let (active, running) = (deployment.active_count(tasks), deployment.serving_count(tasks));
            match deployment.status {
                DeploymentStatus::Primary => (counts.primary, counts.primary_running) = (active, running),
                _ => (counts.old, counts.old_running) = (counts.old + active, counts.old_running + running),
            }
        }
        counts
    }

    /// Running tasks of old deployments that can go now: as many as the new ones stand in for, or as have to make room
    /// because no task more is allowed; never so many that too few are left.
    fn old_running_to_stop(&self) -> u32 {
        let running = self.primary_running + self.old_running;
        let may_go = running.saturating_sub(self.least);
        let stood_in_for = running.saturating_sub(self.desired);
        let missing = self.desired.saturating_sub(self.primary);
        let has_room = self.most > self.primary + self.old;
        let make_room = if has_room { 0 } else { missing };
        stood_in_for.max(make_room).min(may_go).min(self.old_running)
    }

    /// Tasks of the primary deployment that can be started now.
    fn to_start(&self) -> u32 {
        let room = self.most.saturating_sub(self.primary + self.old);
        self.desired.saturating_sub(self.primary).min(room)
    }
}

fn stop_what_is_too_much(service: &mut Service, tasks: &mut [Task], call: &mut Call<'_>) {
    let counts = Counts::of(service, tasks);
    let mut running_to_stop = counts.old_running_to_stop() as usize;
    let mut stopping: Vec<(usize, String)> = Vec::new();
    for deployment in &service.deployments {
        let active = |index: &usize| tasks[*index].is_active() && tasks[*index].belongs_to(&deployment.id);
        let (running, waiting): (Vec<usize>, Vec<usize>) =
            (0..tasks.len()).filter(active).partition(|index| tasks[*index].is_running());
        let going: Vec<usize> = match deployment.status {
            // Those that do not run yet go first.
            DeploymentStatus::Primary => {
                let surplus = counts.primary.saturating_sub(counts.desired) as usize;
                waiting.into_iter().chain(running).take(surplus).collect()
            }
            // An old task that does not run yet serves nobody.
            _ => {
                let going: Vec<usize> = running.into_iter().take(running_to_stop).collect();
                running_to_stop -= going.len();
                waiting.into_iter().chain(going).collect()
            }
        };
        stopping.extend(going.into_iter().map(|index| (index, deployment.id.clone())));
    }
    let mut stopped = Vec::new();
    for (index, deployment) in stopping {
        let reason = format!("Scaling activity initiated by (deployment {deployment})");
        tasks[index].stop(call.now, call.settings.task_stop_ms, StopCode::ServiceSchedulerInitiated, reason);
        stopped.push(tasks[index].id.clone());
    }
    tell(service, call, "has stopped", "running tasks", &stopped);
}

fn start_what_is_missing(
    service: &mut Service,
    cluster: &str,
    tasks: &mut Vec<Task>,
    families: &BTreeMap<String, Vec<TaskDefinition>>,
    call: &mut Call<'_>,
) {
    let count = Counts::of(service, tasks).to_start();
    let Some(primary) = service.primary().cloned() else { return };
    if count == 0 || primary.rollout_state == RolloutState::Failed {
        return;
    }
    if let Some(retry_at) = primary.retry_at.filter(|at| *at > call.now) {
        service.check_at(retry_at);
        return;
    }
    let Some(definition) = task_definition::by_arn(families, &primary.task_definition) else { return };
    let tags = tags_of_tasks(service, cluster, definition);
    let mut started = Vec::new();
    for _ in 0..count {
        let owner = Owner::Service { service: service.name.clone(), deployment: primary.id.clone() };
        let new = NewTask {
            owner,
            definition,
            launch: primary.launch.clone(),
            turn: service.launched,
            enable_execute_command: service.enable_execute_command,
            tags: tags.clone(),
        };
        let task = new.create(call.ids, call.now, call.settings.task_start_ms);
        service.launched += 1;
        started.push(task.id.clone());
        tasks.push(task);
    }
    tell(service, call, "has started", "tasks", &started);
}

/// The tags that a task is born with.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html>
fn tags_of_tasks(service: &Service, cluster: &str, definition: &TaskDefinition) -> BTreeMap<String, String> {
    let mut tags = match service.propagate_tags {
        PropagateTags::None => BTreeMap::new(),
        PropagateTags::Service => service.tags.clone(),
        PropagateTags::TaskDefinition => definition.tags.clone(),
    };
    if service.enable_ecs_managed_tags {
        tags.insert("aws:ecs:clusterName".to_owned(), cluster.to_owned());
        tags.insert("aws:ecs:serviceName".to_owned(), service.name.clone());
    }
    tags
}

/// Writes an event about tasks, if there are any.
fn tell(service: &mut Service, call: &mut Call<'_>, verb: &str, noun: &str, ids: &[String]) {
    if ids.is_empty() {
        return;
    }
    service.is_steady = false;
    let named: Vec<String> = ids.iter().map(|id| format!("(task {id})")).collect();
    let message = format!("{verb} {} {noun}: {}.", ids.len(), named.join(" "));
    service.event(call.ids, call.now, &message);
}

/// A replaced deployment is gone when its last task is.
fn drop_replaced_deployments(service: &mut Service, tasks: &[Task]) {
    service.deployments.retain(|deployment| {
        deployment.status == DeploymentStatus::Primary || deployment.tasks(tasks).any(|task| !task.is_stopped())
    });
}

/// Says so when the primary deployment is all there is, and all of it runs.
fn settle(service: &mut Service, tasks: &[Task], call: &mut Call<'_>) {
    let (now, desired) = (call.now, service.desired_count);
    let alone = service.deployments.len() == 1;
    let Some(primary) = service.primary() else { return };
    let all_running = primary.serving_count(tasks) == desired && primary.active_count(tasks) == desired;
    if !alone || !all_running || primary.rollout_state == RolloutState::Failed {
        return;
    }
    if primary.rollout_state == RolloutState::InProgress {
        let newest = primary.tasks(tasks).filter(|task| task.serves()).filter_map(|task| task.started_at).max();
        if let Some(steady_at) = newest.map(|at| at.plus(call.settings.steady_ms)).filter(|at| *at > now) {
            service.check_at(steady_at);
            return;
        }
        let id = primary.id.clone();
        primary.set_rollout(RolloutState::Completed, format!("ECS deployment {id} completed."), now);
        let completed: Deployment = primary.clone();
        finish_record(service, &completed, call);
        service.last_completed = Some(completed);
        service.event(call.ids, now, &format!("(deployment {id}) deployment completed."));
    }
    if !service.is_steady {
        service.is_steady = true;
        service.event(call.ids, now, "has reached a steady state.");
    }
}

fn finish_record(service: &mut Service, completed: &Deployment, call: &Call<'_>) {
    let records = &mut service.service_deployments;
    if let Some(record) = records.iter_mut().find(|record| record.id == completed.service_deployment) {
        let (status, reason) = match record.status {
            ServiceDeploymentStatus::RollbackInProgress => {
                (ServiceDeploymentStatus::RollbackSuccessful, record.status_reason.clone().unwrap_or_default())
            }
            _ => (ServiceDeploymentStatus::Successful, String::new()),
        };
        record.finish(status, &reason, call.now);
    }
}

/// Stops everything. "After all tasks have transitioned to either STOPPING or STOPPED status, the service status moves
/// from DRAINING to INACTIVE."
fn drain(service: &mut Service, tasks: &mut [Task], call: &mut Call<'_>) {
    let mut stopped = Vec::new();
    let mut left = false;
    for task in tasks.iter_mut().filter(|task| task.service() == Some(&service.name)) {
        if task.is_active() {
            let reason = task.started_by().unwrap_or_default();
            let reason = format!("Scaling activity initiated by (deployment {reason})");
            task.stop(call.now, call.settings.task_stop_ms, StopCode::ServiceSchedulerInitiated, reason);
            stopped.push(task.id.clone());
        }
        left |= task.last_status < TaskStatus::Deprovisioning;
    }
    tell(service, call, "has stopped", "running tasks", &stopped);
    if !left {
        service.status = ServiceStatus::Inactive;
        service.deployments.clear();
        // A service takes its history along: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>
        service.service_deployments.clear();
        service.revisions.clear();
    }
}
