//! A rollout that did not succeed, as a fault: what stopped, what was logged, what runs now, and what to do.

use deploy_aws::ecs::types::{Deployment, DeploymentRolloutState, Service, TaskDefinition};
use deploy_aws::{Clients, fault};
use deploy_model::{Fault, FaultKind};
use deploy_plugin::Context;

use crate::rollouts;

use super::cause::{Cause, EXEC_FORMAT};
use super::stopped::{Group, Losses, Stopped, grouped};
use super::verdict::primary;
use super::{Rollout, log_tail};

/// How many ways to stop are told.
const GROUPS: usize = 5;

impl Rollout {
    /// The fault for a rollout that ended for this reason.
    pub(super) async fn failed(
        &self,
        clients: &Clients,
        cx: &Context,
        reason: &str,
        losses: &Losses,
        service: Option<&Service>,
    ) -> Fault {
        let environment = &cx.owner().environment;
        let failures = losses.failures();
        let groups = grouped(&failures);
        let fault = Fault::new(FaultKind::RolloutFailed, format!("the rollout did not succeed: {reason}"))
            .detail("stopped", groups.iter().take(GROUPS).map(Group::in_words).collect())
            .detail("now", service.map(|service| self.now(service)).unwrap_or_default());
        let way_out = service
            .filter(|service| self.is_tried_again(service))
            .map(|_| format!("; `deploy rollout stop {environment}` stops the tries and brings back what ran before"));
        let way_out = way_out.unwrap_or_default();
        let Some(group) = groups.first() else {
            let event = service.and_then(newest_event).into_iter().collect();
            return fault
                .detail("event", event)
                .help(format!("`deploy rollout status {environment}` shows how it goes on{way_out}"));
        };
        let task = group.newest;
        let definition = self.definition(clients, task).await;
        let said = match &definition {
            Some(definition) if self.wait.log_lines > 0 => {
                log_tail::read(clients, definition, task, self.wait.log_lines).await
            }
            _ => Vec::new(),
        };
        let cause = match said.iter().any(|line| line.contains(EXEC_FORMAT)) {
            true => Cause::PlatformMismatch,
            false => Cause::of(task),
        };
        let check = definition.as_ref().and_then(|definition| health_check(definition, task));
        fault.detail("log", said).help(cause.advice(environment, check.as_deref()) + &way_out)
    }

    /// What a task was made from, where that matters: it ran.
    async fn definition(&self, clients: &Clients, task: &Stopped) -> Option<TaskDefinition> {
        if task.culprits().is_empty() {
            return None;
        }
        let request = clients.ecs().reads.describe_task_definition().task_definition(&task.task_definition);
        request.send().await.map_err(fault("DescribeTaskDefinition")).ok()?.task_definition
    }

    /// What runs now, and what ECS does next.
    fn now(&self, service: &Service) -> Vec<String> {
        let Some(primary) = primary(service) else { return vec!["nothing runs".to_owned()] };
        let breaker = service.deployment_configuration.as_ref().and_then(|all| all.deployment_circuit_breaker.as_ref());
        let goes_on = match (&primary.rollout_state, breaker) {
            _ if !self.is_ours(primary) && self.is_older(primary) => return vec![back_to(primary)],
            _ if !self.is_ours(primary) => return vec![taken_over(primary)],
            (Some(DeploymentRolloutState::Failed), _) => "ECS has given up and starts no more tasks",
            (Some(DeploymentRolloutState::InProgress), Some(breaker)) if breaker.enable && breaker.rollback => {
                "ECS goes on trying until its circuit breaker gives up and goes back"
            }
            (Some(DeploymentRolloutState::InProgress), Some(breaker)) if breaker.enable => {
                "ECS goes on trying until its circuit breaker gives up"
            }
            (Some(DeploymentRolloutState::Completed), _) => "ECS goes on trying to start the rest",
            _ => "ECS goes on trying without end",
        };
        vec![running(service), goes_on.to_owned()]
    }

    /// Whether ECS goes on with a rollout that can be stopped.
    fn is_tried_again(&self, service: &Service) -> bool {
        let in_progress = Some(DeploymentRolloutState::InProgress);
        primary(service).is_some_and(|primary| self.is_ours(primary) && primary.rollout_state == in_progress)
    }
}

/// `ECS went back to shop:1, which runs (2 of 2 tasks)`.
fn back_to(primary: &Deployment) -> String {
    let (revision, running, desired) = (revision(primary), primary.running_count, primary.desired_count);
    match &primary.rollout_state {
        Some(DeploymentRolloutState::Completed) => {
            format!("ECS went back to {revision}, which runs ({running} of {desired} tasks)")
        }
        Some(DeploymentRolloutState::Failed) => {
            format!("ECS went back to {revision}, which failed as well ({running} of {desired} tasks run)")
        }
        _ => format!("ECS is going back to {revision} ({running} of {desired} tasks run)"),
    }
}

/// Somebody else has changed the service.
fn taken_over(primary: &Deployment) -> String {
    let (revision, running, desired) = (revision(primary), primary.running_count, primary.desired_count);
    format!("another deployment is wanted: {revision} ({running} of {desired} tasks run)")
}

/// Which revisions run, with how many tasks.
fn running(service: &Service) -> String {
    let running: Vec<String> = service
        .deployments()
        .iter()
        .filter(|deployment| deployment.running_count > 0)
        .map(|deployment| {
            let tasks = if deployment.running_count == 1 { "task" } else { "tasks" };
            format!("{} with {} {tasks}", revision(deployment), deployment.running_count)
        })
        .collect();
    match running.is_empty() {
        true => "nothing runs".to_owned(),
        false => format!("running: {}", running.join(", ")),
    }
}

/// `family:revision` of a deployment.
fn revision(deployment: &Deployment) -> &str {
    deployment.task_definition.as_deref().map_or("another revision", rollouts::revision)
}

/// The command of the first container of a task that is checked.
fn health_check(definition: &TaskDefinition, task: &Stopped) -> Option<String> {
    let is_of_task = |name: &str| task.containers.iter().any(|container| container.name == name);
    let mut containers = definition.container_definitions().iter();
    let check = containers.find_map(|container| {
        container.name.as_deref().filter(|name| is_of_task(name)).and(container.health_check.as_ref())
    })?;
    let words = check.command().iter().map(String::as_str).filter(|word| !["CMD", "CMD-SHELL"].contains(word));
    Some(words.collect::<Vec<_>>().join(" "))
}

/// ECS lists the newest event first.
fn newest_event(service: &Service) -> Option<String> {
    service.events().first()?.message.clone()
}

#[cfg(test)]
mod tests {
    use deploy_aws::ecs::primitives::DateTime;
    use deploy_aws::ecs::types::{DeploymentCircuitBreaker, DeploymentConfiguration};

    use super::super::Wait;
    use super::*;

    fn deployment(id: &str, status: &str, revision: &str, state: &str, running: i32) -> Deployment {
        Deployment::builder()
            .id(id)
            .status(status)
            .task_definition(format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/{revision}"))
            .rollout_state(DeploymentRolloutState::from(state))
            .running_count(running)
            .desired_count(2)
            .created_at(DateTime::from_secs(id.trim_start_matches("ecs-svc/").parse().expect("a number")))
            .build()
    }

    fn now(breaker: bool, rollback: bool, deployments: Vec<Deployment>) -> Vec<String> {
        let ours = deployment("ecs-svc/2", "PRIMARY", "shop:2", "IN_PROGRESS", 0);
        let definition = ours.task_definition.clone();
        let of = |deployments| {
            let breaker = DeploymentCircuitBreaker::builder().enable(breaker).rollback(rollback).build();
            let rollout = DeploymentConfiguration::builder().deployment_circuit_breaker(breaker).build();
            let service = Service::builder().service_name("shop").set_task_definition(definition.clone());
            service.set_deployments(Some(deployments)).deployment_configuration(rollout).build()
        };
        let rollout = Rollout::begun("shop", &of(vec![ours]), Wait::default()).expect("a rollout");
        rollout.now(&of(deployments))
    }

    #[test]
    fn what_runs_now_is_said() {
        let old = |status: &str, state: &str, running| deployment("ecs-svc/1", status, "shop:1", state, running);
        let ours = |state: &str, running| deployment("ecs-svc/2", "PRIMARY", "shop:2", state, running);
        let said = [
            now(true, true, vec![old("PRIMARY", "COMPLETED", 2)]),
            now(true, true, vec![old("PRIMARY", "IN_PROGRESS", 1)]),
            now(true, true, vec![ours("IN_PROGRESS", 0), old("ACTIVE", "COMPLETED", 2)]),
            now(true, false, vec![ours("FAILED", 0)]),
            now(false, false, vec![ours("IN_PROGRESS", 1)]),
            now(true, true, vec![ours("COMPLETED", 1)]),
            now(true, true, Vec::new()),
            now(true, true, vec![deployment("ecs-svc/3", "PRIMARY", "shop:3", "IN_PROGRESS", 0)]),
        ];
        let expected = [
            "ECS went back to shop:1, which runs (2 of 2 tasks)".to_owned(),
            "ECS is going back to shop:1 (1 of 2 tasks run)".to_owned(),
            "running: shop:1 with 2 tasks\nECS goes on trying until its circuit breaker gives up and goes back"
                .to_owned(),
            "nothing runs\nECS has given up and starts no more tasks".to_owned(),
            "running: shop:2 with 1 task\nECS goes on trying without end".to_owned(),
            "running: shop:2 with 1 task\nECS goes on trying to start the rest".to_owned(),
            "nothing runs".to_owned(),
            "another deployment is wanted: shop:3 (0 of 2 tasks run)".to_owned(),
        ];
        assert_eq!(said.map(|lines| lines.join("\n")), expected);
    }
}
