//! What the commands `deploy rollout` do: how the services of an environment roll, stopping that, and going back.

use std::collections::BTreeSet;

use deploy_aws::ecs::types::{self, ServiceDeploymentStatus, StopServiceDeploymentStopType};
use deploy_aws::{Clients, fault};
use deploy_model::{Address, Fault, FaultKind, Owner};
use deploy_plugin::Context;
use serde::Serialize;

use crate::clusters::Clusters;
use crate::service::{Rollout, ServiceKind, Wait, goes_on, stopped_before};
use crate::settling::settling;
use crate::stillness::{PATIENCE, Stillness};

/// How many service revisions one DescribeServiceRevisions takes.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html>
const REVISIONS_A_CALL: i32 = 20;

/// A service and how it rolls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rolling {
    /// Its address.
    pub address: Address,
    /// Its name at AWS.
    pub name: String,
    /// How many tasks it is to have.
    pub desired: i32,
    /// Its deployments, the one that is wanted first.
    pub deployments: Vec<Deployed>,
    /// What happened last, in ECS's words.
    pub event: Option<String>,
    /// The ARN of its cluster.
    cluster: String,
    /// The ARN of the service deployment that is the newest; ECS has none for services of long ago.
    service_deployment: Option<String>,
}

/// One deployment of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// The ARN of its task definition.
    pub task_definition: String,
    /// `PRIMARY` where it is the one that is wanted, else `ACTIVE`.
    pub status: String,
    /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
    pub state: Option<String>,
    /// The same in ECS's words.
    pub reason: Option<String>,
    /// How many of its tasks run.
    pub running: i32,
    /// How many of its tasks are about to.
    pub pending: i32,
    /// How many of its tasks failed in a row.
    pub failed: i32,
}

/// What came of a rollout that was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterStop {
    /// What ran before is in place again.
    WentBack,
    /// There was nothing before it: no task more is started.
    NothingToGoBackTo,
    /// It had succeeded before it could be stopped.
    HadSucceeded,
}

/// Every service of this owner, by address.
///
/// # Errors
/// What AWS answers.
pub async fn services(clients: &Clients, owner: &Owner) -> Result<Vec<Rolling>, Fault> {
    let kind = ServiceKind::new(clients, &Clusters::new(clients));
    let services = kind.owned(owner).await?;
    let mut services: Vec<Rolling> =
        services.into_iter().filter_map(|(address, service)| Rolling::of(address, service)).collect();
    services.sort_by(|one, other| one.address.cmp(&other.address));
    Ok(services)
}

impl Deployed {
    fn of(deployment: types::Deployment) -> Self {
        Self {
            task_definition: deployment.task_definition.unwrap_or_default(),
            status: deployment.status.unwrap_or_default(),
            state: deployment.rollout_state.map(|state| state.to_string()),
            reason: deployment.rollout_state_reason,
            running: deployment.running_count,
            pending: deployment.pending_count,
            failed: deployment.failed_tasks,
        }
    }

    /// `family:revision`.
    pub fn revision(&self) -> &str {
        revision(&self.task_definition)
    }
}

/// `family:revision` in the ARN of a task definition.
pub fn revision(task_definition: &str) -> &str {
    task_definition.rsplit('/').next().unwrap_or(task_definition)
}

impl Rolling {
    fn of(address: Address, service: types::Service) -> Option<Self> {
        let mut deployments: Vec<Deployed> =
            service.deployments.unwrap_or_default().into_iter().map(Deployed::of).collect();
        deployments.sort_by_key(|deployment| deployment.status != "PRIMARY");
        Some(Self {
            address,
            name: service.service_name?,
            cluster: service.cluster_arn?,
            desired: service.desired_count,
            deployments,
            event: service.events.unwrap_or_default().into_iter().find_map(|event| event.message),
            service_deployment: service.current_service_deployment,
        })
    }

    /// The deployment that is wanted.
    pub fn primary(&self) -> Option<&Deployed> {
        self.deployments.first().filter(|deployment| deployment.status == "PRIMARY")
    }

    /// Whether a rollout is under way.
    pub fn is_under_way(&self) -> bool {
        self.primary().and_then(|primary| primary.state.as_deref()) == Some("IN_PROGRESS")
    }

    /// Stops the rollout that is under way, and waits until what ran before is in place again. ECS knows no other way to
    /// stop one: "the valid values are ROLLBACK".
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html>
    ///
    /// # Errors
    /// What AWS answers; a failed rollout where what ran before does not come back.
    pub async fn stop(&self, clients: &Clients, cx: &Context) -> Result<AfterStop, Fault> {
        let arn = self.service_deployment.as_deref().ok_or_else(|| {
            Fault::new(FaultKind::NotFound, "ECS knows no service deployment of it")
                .help("`deploy rollout rollback` goes back without one")
        })?;
        let request = clients.ecs().writes.stop_service_deployment().service_deployment_arn(arn);
        let reply = request.stop_type(StopServiceDeploymentStopType::Rollback).send().await;
        match reply.map_err(fault("StopServiceDeployment")) {
            // It came to its end in the meantime, and which one that is has to be looked up.
            Err(fault) if fault.has_code("ConflictException") => {}
            other => drop(other?),
        }
        self.wait_for_stop(clients, cx, arn).await
    }

    async fn wait_for_stop(&self, clients: &Clients, cx: &Context, arn: &str) -> Result<AfterStop, Fault> {
        let mut stillness = Stillness::new();
        loop {
            let request = clients.ecs().reads.describe_service_deployments().service_deployment_arns(arn);
            let reply = request.send().await.map_err(fault("DescribeServiceDeployments"))?;
            let found = reply.service_deployments.unwrap_or_default().into_iter().next();
            let status = found.as_ref().and_then(|found| found.status.clone());
            let reason = found.and_then(|found| found.status_reason).unwrap_or_default();
            match &status {
                Some(ServiceDeploymentStatus::RollbackSuccessful) => return Ok(AfterStop::WentBack),
                Some(ServiceDeploymentStatus::Stopped) => return Ok(AfterStop::NothingToGoBackTo),
                Some(ServiceDeploymentStatus::Successful) => return Ok(AfterStop::HadSucceeded),
                Some(ServiceDeploymentStatus::RollbackFailed) => {
                    let message = format!("what ran before did not come back: {reason}");
                    return Err(Fault::new(FaultKind::RolloutFailed, message));
                }
                _ => cx.progress("waiting for what ran before"),
            }
            if stillness.is_too_long(status) {
                let minutes = PATIENCE.as_secs() / 60;
                let message = format!("what ran before is not back: nothing has changed for {minutes} minutes");
                return Err(Fault::new(FaultKind::RolloutFailed, message));
            }
            if cx.is_cancelled() {
                return Err(goes_on(cx));
            }
            tokio::time::sleep(clients.pace().poll).await;
        }
    }

    /// The task definition of the last deployment that succeeded with another one than is wanted now. ECS remembers 90
    /// days.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>
    ///
    /// # Errors
    /// What AWS answers.
    pub async fn previous(&self, clients: &Clients) -> Result<Option<String>, Fault> {
        let ecs = &clients.ecs().reads;
        let request = ecs.list_service_deployments().cluster(&self.cluster).service(&self.name);
        let request = request.status(ServiceDeploymentStatus::Successful).max_results(REVISIONS_A_CALL);
        let reply = request.send().await.map_err(fault("ListServiceDeployments"))?;
        let mut succeeded = reply.service_deployments.unwrap_or_default();
        succeeded.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at.map(|at| at.as_nanos())));
        let targets: Vec<String> =
            succeeded.into_iter().filter_map(|deployment| deployment.target_service_revision_arn).collect();
        if targets.is_empty() {
            return Ok(None);
        }
        let request = ecs.describe_service_revisions().set_service_revision_arns(Some(targets.clone()));
        let reply = request.send().await.map_err(fault("DescribeServiceRevisions"))?;
        let described = reply.service_revisions.unwrap_or_default();
        let task_definition = |target: &String| {
            let revision = described.iter().find(|one| one.service_revision_arn.as_ref() == Some(target))?;
            revision.task_definition.clone()
        };
        let wanted = self.primary().map(|primary| primary.task_definition.as_str());
        Ok(targets.iter().filter_map(task_definition).find(|found| Some(found.as_str()) != wanted))
    }

    /// Rolls out a task definition that was there before, and waits for that.
    ///
    /// # Errors
    /// What AWS answers; a failed rollout as that of every change.
    pub async fn go_back(
        &self,
        clients: &Clients,
        cx: &Context,
        task_definition: &str,
        wait: Wait,
    ) -> Result<(), Fault> {
        let earlier: BTreeSet<String> = stopped_before(clients, &self.cluster, &self.name).await?;
        let request = clients.ecs().writes.update_service().cluster(&self.cluster).service(&self.name);
        let reply = request.task_definition(task_definition).send().await;
        let reply = reply.map_err(fault("UpdateService")).map_err(settling)?;
        let service = reply.service.ok_or_else(|| Fault::internal("UpdateService returned no service"))?;
        Rollout::begun(&self.cluster, &service, wait)?.finish(clients, cx, earlier).await
    }
}
