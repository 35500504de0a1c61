//! The deployment circuit breaker: when a deployment is given up, and what comes back.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>

use crate::ecs::service::{Deployment, DeploymentStatus, Rollback, RolloutState, Service, ServiceDeploymentStatus};
use crate::time::Time;
use crate::world::Ids;

/// Whether the last completed deployment comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WayBack {
    /// It does, if there is one.
    IfThereIsOne,
    /// It does not.
    None,
}

/// Begins the rollback that somebody asked for.
pub(super) fn stop_on_request(service: &mut Service, ids: &mut Ids, now: Time) {
    let asked = ServiceDeploymentStatus::RollbackRequested;
    if service.service_deployments.iter().any(|record| record.status == asked) {
        let reason = "Service deployment rolled back because of a StopServiceDeployment request.";
        give_up(service, ids, now, reason, WayBack::IfThereIsOne);
    }
}

/// Gives up the deployment that is in progress if too many of its tasks failed.
pub(super) fn check(service: &mut Service, ids: &mut Ids, now: Time) {
    let breaker = service.deployment_configuration.deployment_circuit_breaker;
    let threshold = breaker.threshold(service.desired_count);
    let tripped = service
        .primary()
        .is_some_and(|primary| primary.rollout_state == RolloutState::InProgress && primary.failed_tasks >= threshold);
    if !breaker.enable || !tripped {
        return;
    }
    if let Some(id) = service.primary().map(|primary| primary.id.clone()) {
        service.event(ids, now, &format!("(deployment {id}) deployment failed: tasks failed to start."));
    }
    let way_back = if breaker.rollback { WayBack::IfThereIsOne } else { WayBack::None };
    give_up(service, ids, now, "ECS deployment circuit breaker: tasks failed to start.", way_back);
}

/// Gives up the primary deployment. Without a way back the service stands still: what runs goes on, nothing is started.
fn give_up(service: &mut Service, ids: &mut Ids, now: Time, reason: &str, way_back: WayBack) {
    let completed = match way_back {
        // Once on its way back, a deployment is no way back again until it is completed anew.
        WayBack::IfThereIsOne => service.last_completed.take(),
        WayBack::None => None,
    };
    let Some(failed) = service.primary() else { return };
    failed.set_rollout(RolloutState::Failed, reason.to_owned(), now);
    let record_id = failed.service_deployment.clone();
    let failed_tasks = failed.failed_tasks;
    if completed.is_some() {
        failed.status = DeploymentStatus::Active;
    }
    if let Some(record) = service.service_deployments.iter_mut().find(|record| record.id == record_id) {
        record.failed_tasks = failed_tasks;
        match &completed {
            None => record.finish(record.without_a_way_back(), reason, now),
            Some(completed) => {
                record.status = ServiceDeploymentStatus::RollbackInProgress;
                record.status_reason = Some(reason.to_owned());
                record.updated_at = now;
                let service_revision = completed.service_revision.clone();
                record.rollback = Some(Rollback { reason: reason.to_owned(), started_at: now, service_revision });
            }
        }
    }
    if let Some(completed) = completed {
        service.event(ids, now, &format!("rolling back to deployment {}.", completed.id));
        bring_back(service, completed, record_id, now);
    }
}

/// Makes the completed deployment the primary one again, on its way.
fn bring_back(service: &mut Service, completed: Deployment, record_id: String, now: Time) {
    let reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {}.", completed.id);
    service.task_definition.clone_from(&completed.task_definition);
    service.launch.clone_from(&completed.launch);
    let mut back = match service.deployments.iter().position(|deployment| deployment.id == completed.id) {
        Some(index) => service.deployments.remove(index),
        None => completed,
    };
    back.status = DeploymentStatus::Primary;
    back.desired_count = service.desired_count;
    back.service_deployment = record_id;
    (back.failed_tasks, back.has_run, back.retries, back.retry_at) = (0, false, 0, None);
    back.set_rollout(RolloutState::InProgress, reason, now);
    service.deployments.insert(0, back);
    service.is_steady = false;
    service.check_at(now);
}
