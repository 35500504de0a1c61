//! A service, how it is found and how it is shown.

use super::deployment::{Deployment, DeploymentStatus, RolloutState};
use super::options::{DeploymentConfiguration, PropagateTags};
use super::service_deployment::{self, ServiceDeployment, ServiceDeploymentStatus};
use super::service_revision::{self, ServiceRevision};
use crate::call::Call;
use crate::ecs::cluster::Cluster;
use crate::ecs::launch::Launch;
use crate::ecs::task::{Task, TaskStatus};
use crate::ecs::{arn, tags};
use crate::error::ApiError;
use crate::time::Time;
use crate::world::Ids;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where it stands in its life.
    pub status: ServiceStatus,
    /// The ARN of the task definition that is wanted.
    pub task_definition: String,
    /// How many tasks are wanted.
    pub desired_count: u32,
    /// How its tasks are launched.
    pub launch: Launch,
    /// How its deployments roll.
    pub deployment_configuration: DeploymentConfiguration,
    /// Where the tags of its tasks come from.
    pub propagate_tags: PropagateTags,
    /// Whether commands can be executed in its tasks.
    pub enable_execute_command: bool,
    /// Whether its tasks are tagged with cluster and service.
    pub enable_ecs_managed_tags: bool,
    /// Fields that are kept and shown, and that nothing here depends on.
    pub further: BTreeMap<String, Value>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Time,
    /// Who created it.
    pub created_by: String,
    /// The token of the call that created it, and what that call said.
    pub client_token: Option<(String, Value)>,
    /// Its deployments, newest first.
    pub deployments: Vec<Deployment>,
    /// The history of its deployments, newest first.
    pub service_deployments: Vec<ServiceDeployment>,
    /// What its deployments brought, newest first.
    pub revisions: Vec<ServiceRevision>,
    /// What happened, newest first, 100 entries at most.
    pub events: Vec<ServiceEvent>,
    /// The last deployment that was completed, if a rollback may go back to it.
    pub last_completed: Option<Deployment>,
    /// How many tasks it ever launched.
    pub launched: u64,
    /// Whether it has said that it reached a steady state, and nothing happened since.
    pub is_steady: bool,
    /// When the scheduler looks at it next.
    pub next_check: Option<Time>,
}

/// The life of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ServiceStatus {
    /// It keeps its tasks running.
    Active,
    /// It was deleted, and its tasks are being stopped.
    Draining,
    /// It was deleted, and its tasks are stopped or about to be.
    Inactive,
}

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceEvent {
    /// A UUID.
    pub id: String,
    /// When it happened.
    pub created_at: Time,
    /// What happened.
    pub message: String,
}

/// Events that are kept.
const MAX_EVENTS: usize = 100;

/// The error for a service that is not there.
pub(in crate::ecs) fn not_found() -> ApiError {
    ApiError::client("ServiceNotFoundException", "Service not found.")
}

/// The active service behind a reference.
pub(super) fn active<'a>(cluster: &'a mut Cluster, name: &str) -> Result<&'a mut Service, ApiError> {
    let service = cluster.services.get_mut(name).ok_or_else(not_found)?;
    match service.status {
        ServiceStatus::Active => Ok(service),
        _ => Err(ApiError::client("ServiceNotActiveException", "Service was not ACTIVE.")),
    }
}

impl Service {
    /// Whether its cluster must stay.
    pub(in crate::ecs) fn is_live(&self) -> bool {
        self.status != ServiceStatus::Inactive
    }

    /// Lets the scheduler look at the service at `at`, or earlier if it was going to.
    pub(in crate::ecs) fn check_at(&mut self, at: Time) {
        self.next_check = Some(self.next_check.map_or(at, |planned| planned.min(at)));
    }

    /// The deployment that is wanted.
    pub(in crate::ecs) fn primary(&mut self) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|deployment| deployment.status == DeploymentStatus::Primary)
    }

    /// The deployment with this id.
    pub(in crate::ecs) fn deployment(&mut self, id: &str) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|deployment| deployment.id == id)
    }

    /// Writes down what happened, after the name of the service.
    pub(in crate::ecs) fn event(&mut self, ids: &mut Ids, now: Time, message: &str) {
        let message = format!("(service {}) {message}", self.name);
        self.events.insert(0, ServiceEvent { id: ids.uuid(), created_at: now, message });
        self.events.truncate(MAX_EVENTS);
    }

    /// Starts a deployment of what the service wants now. It takes the place of the one before.
    pub(super) fn deploy(&mut self, ids: &mut Ids, now: Time) {
        for deployment in &mut self.deployments {
            if deployment.status == DeploymentStatus::Primary {
                deployment.status = DeploymentStatus::Active;
                deployment.updated_at = now;
            }
        }
        for earlier in self.service_deployments.iter_mut().filter(|earlier| !earlier.is_finished()) {
            let reason = "Deployment stopped because it was replaced by a new deployment.";
            earlier.finish(ServiceDeploymentStatus::Stopped, reason, now);
        }
        self.forget_the_past(now);
        let sources = self.deployments.iter().map(|deployment| deployment.service_revision.clone()).collect();
        let id = format!("ecs-svc/{}", digits(ids));
        let deployment = Deployment {
            rollout_state_reason: format!("ECS deployment {id} in progress."),
            id,
            status: DeploymentStatus::Primary,
            task_definition: self.task_definition.clone(),
            launch: self.launch.clone(),
            desired_count: self.desired_count,
            failed_tasks: 0,
            rollout_state: RolloutState::InProgress,
            has_run: false,
            retries: 0,
            retry_at: None,
            service_deployment: ids.upper("", 20),
            service_revision: digits(ids),
            created_at: now,
            updated_at: now,
        };
        self.service_deployments.insert(0, ServiceDeployment::new(&deployment, sources));
        self.revisions.insert(0, ServiceRevision::of(self, &deployment));
        self.deployments.insert(0, deployment);
        self.is_steady = false;
        self.check_at(now);
    }

    /// The deployment that was created last leaves PENDING when the scheduler first looks at it.
    pub(in crate::ecs) fn begin_deployment(&mut self, now: Time) {
        for record in self.service_deployments.iter_mut().filter(|record| record.is_pending()) {
            record.begin(now);
        }
    }

    /// Drops the service deployments that nobody can see any longer, and the revisions that only they named.
    fn forget_the_past(&mut self, now: Time) {
        self.service_deployments.retain(|record| record.is_visible(now));
        let live = self.deployments.iter().chain(&self.last_completed).map(|deployment| &deployment.service_revision);
        let named = self.service_deployments.iter().flat_map(ServiceDeployment::revisions);
        let kept: BTreeSet<String> = live.chain(named).cloned().collect();
        self.revisions.retain(|revision| kept.contains(&revision.id));
    }

    /// The reply shape `Service`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html>
    pub(super) fn shown(&self, call: &Call<'_>, cluster: &Cluster) -> Value {
        let mine = |task: &&Task| task.service() == Some(&self.name);
        let running = cluster.tasks.iter().filter(mine).filter(|task| task.is_running()).count();
        let pending = |task: &&Task| matches!(task.last_status, TaskStatus::Provisioning | TaskStatus::Pending);
        let pending = cluster.tasks.iter().filter(mine).filter(pending).count();
        let events: Vec<Value> = self
            .events
            .iter()
            .map(|event| json!({ "id": event.id, "createdAt": event.created_at.seconds(), "message": event.message }))
            .collect();
        let mut reply = json!({
            "serviceArn": arn::service(call, &cluster.name, &self.name),
            "serviceName": self.name,
            "clusterArn": arn::cluster(call, &cluster.name),
            "status": self.status,
            "desiredCount": self.desired_count,
            "runningCount": running,
            "pendingCount": pending,
            "taskDefinition": self.task_definition,
            "platformVersion": self.launch.platform_version.as_deref().unwrap_or("LATEST"),
            "platformFamily": "Linux",
            "deploymentConfiguration": self.deployment_configuration,
            "deployments": self.deployments.iter().map(|d| d.shown(&cluster.tasks)).collect::<Vec<_>>(),
            "events": events,
            "createdAt": self.created_at.seconds(),
            "createdBy": self.created_by,
            "roleArn": format!(
                "arn:aws:iam::{}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
                call.account_id
            ),
            "propagateTags": self.propagate_tags,
            "enableExecuteCommand": self.enable_execute_command,
            "enableECSManagedTags": self.enable_ecs_managed_tags,
        });
        if let Some(newest) = self.service_deployments.first() {
            let revisions = self.deployments.iter().map(|deployment| {
                let arn = service_revision::arn(call, &cluster.name, &self.name, &deployment.service_revision);
                deployment.counted(&arn, &cluster.tasks)
            });
            reply["currentServiceRevisions"] = revisions.collect();
            reply["currentServiceDeployment"] =
                json!(service_deployment::arn(call, &cluster.name, &self.name, &newest.id));
        }
        for (name, value) in &self.further {
            reply[name] = value.clone();
        }
        if let Some(launch_type) = self.launch.launch_type {
            reply["launchType"] = json!(launch_type);
        }
        if !self.launch.capacity_provider_strategy.is_empty() {
            reply["capacityProviderStrategy"] = json!(self.launch.capacity_provider_strategy);
        }
        if let Some(network) = &self.launch.network_configuration {
            reply["networkConfiguration"] = json!(network);
        }
        reply
    }

    /// The same with its tags.
    pub(super) fn shown_with_tags(&self, call: &Call<'_>, cluster: &Cluster) -> Value {
        let mut reply = self.shown(call, cluster);
        reply["tags"] = tags::shown(&self.tags);
        reply
    }
}

/// 19 digits, as deployments and service revisions are numbered.
fn digits(ids: &mut Ids) -> String {
    const LEAST: u64 = 1_000_000_000_000_000_000;
    (LEAST + ids.below(8 * LEAST)).to_string()
}
