//! Service deployments: the history of a service, and the way to stop what is in progress.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html>

use super::deployment::Deployment;
use super::model::{self, Service};
use super::service_revision;
use crate::call::Call;
use crate::ecs::cluster::{self, Cluster};
use crate::ecs::{self, invalid};
use crate::error::ApiError;
use crate::pagination;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Service deployments in one request to describe.
const MAX_DESCRIBED: usize = 20;
/// How long a service deployment that is over can be seen: 90 days.
const VISIBLE_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// One deployment with the rollback that may have followed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDeployment {
    /// The last part of its ARN.
    pub id: String,
    /// The revision that it brings.
    pub target_revision: String,
    /// The revisions that it replaces.
    pub source_revisions: Vec<String>,
    /// How it goes.
    pub status: ServiceDeploymentStatus,
    /// The same in words.
    pub status_reason: Option<String>,
    /// How many tasks failed to start.
    pub failed_tasks: u32,
    /// The revision that came back, and why.
    pub rollback: Option<Rollback>,
    /// When it was created.
    pub created_at: Time,
    /// When the scheduler first looked at it.
    pub started_at: Option<Time>,
    /// When something about it changed.
    pub updated_at: Time,
    /// When it came to its end.
    pub finished_at: Option<Time>,
    /// When it was stopped: by somebody, or because it failed and there was no way back.
    pub stopped_at: Option<Time>,
}

/// The way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// Why.
    pub reason: String,
    /// When it began.
    pub started_at: Time,
    /// The revision that comes back.
    pub service_revision: String,
}

/// How a service deployment goes.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceDeploymentStatus {
    /// Created; the scheduler has not looked at it yet.
    Pending,
    /// On its way.
    InProgress,
    /// Its revision is in place.
    Successful,
    /// About to be stopped.
    StopRequested,
    /// It was replaced by another, or given up without a way back.
    Stopped,
    /// The revision before it is about to come back.
    RollbackRequested,
    /// The revision before it is on its way back.
    RollbackInProgress,
    /// The revision before it is in place again.
    RollbackSuccessful,
    /// The revision before it could not come back.
    RollbackFailed,
}

impl ServiceDeployment {
    /// The record of a deployment that begins.
    pub(super) fn new(deployment: &Deployment, source_revisions: Vec<String>) -> Self {
        Self {
            id: deployment.service_deployment.clone(),
            target_revision: deployment.service_revision.clone(),
            source_revisions,
            status: ServiceDeploymentStatus::Pending,
            status_reason: None,
            failed_tasks: 0,
            rollback: None,
            created_at: deployment.created_at,
            started_at: None,
            updated_at: deployment.created_at,
            finished_at: None,
            stopped_at: None,
        }
    }

    /// Whether it waits for the scheduler.
    pub(super) fn is_pending(&self) -> bool {
        self.status == ServiceDeploymentStatus::Pending
    }

    /// Sets it on its way.
    pub(super) fn begin(&mut self, now: Time) {
        self.status = ServiceDeploymentStatus::InProgress;
        (self.started_at, self.updated_at) = (Some(now), now);
    }

    /// Whether it can be seen: a history of 90 days is kept.
    pub(super) fn is_visible(&self, now: Time) -> bool {
        !self.is_finished() || now.since(self.created_at) < VISIBLE_MS
    }

    /// The revisions that it names.
    pub(super) fn revisions(&self) -> impl Iterator<Item = &String> {
        let back = self.rollback.iter().map(|rollback| &rollback.service_revision);
        self.source_revisions.iter().chain([&self.target_revision]).chain(back)
    }

    /// How it ends if nothing more can be tried.
    pub(in crate::ecs) fn without_a_way_back(&self) -> ServiceDeploymentStatus {
        match self.status {
            ServiceDeploymentStatus::RollbackInProgress => ServiceDeploymentStatus::RollbackFailed,
            _ => ServiceDeploymentStatus::Stopped,
        }
    }

    /// Whether nothing more happens to it.
    pub(in crate::ecs) fn is_finished(&self) -> bool {
        self.finished_at.is_some()
    }

    /// Brings it to its end.
    pub(in crate::ecs) fn finish(&mut self, status: ServiceDeploymentStatus, reason: &str, now: Time) {
        self.status = status;
        self.status_reason = (!reason.is_empty()).then(|| reason.to_owned());
        self.updated_at = now;
        self.finished_at = Some(now);
        if status == ServiceDeploymentStatus::Stopped {
            self.stopped_at = Some(now);
        }
    }

    fn brief(&self, call: &Call<'_>, cluster: &str, service: &str) -> Value {
        let mut reply = json!({
            "serviceDeploymentArn": arn(call, cluster, service, &self.id),
            "serviceArn": ecs::arn::service(call, cluster, service),
            "clusterArn": ecs::arn::cluster(call, cluster),
            "createdAt": self.created_at.seconds(),
            "targetServiceRevisionArn": service_revision::arn(call, cluster, service, &self.target_revision),
            "status": self.status,
        });
        if let Some(reason) = &self.status_reason {
            reply["statusReason"] = json!(reason);
        }
        for (name, at) in [("startedAt", self.started_at), ("finishedAt", self.finished_at)] {
            if let Some(at) = at {
                reply[name] = json!(at.seconds());
            }
        }
        reply
    }

    fn shown(&self, call: &Call<'_>, cluster: &Cluster, service: &Service) -> Value {
        let mut reply = self.brief(call, &cluster.name, &service.name);
        let revision = |id: &str| {
            let arn = service_revision::arn(call, &cluster.name, &service.name, id);
            match service.deployments.iter().find(|deployment| deployment.service_revision == id) {
                Some(deployment) => deployment.counted(&arn, &cluster.tasks),
                None => json!({ "arn": arn, "requestedTaskCount": 0, "runningTaskCount": 0, "pendingTaskCount": 0 }),
            }
        };
        if let Value::Object(fields) = &mut reply {
            fields.remove("targetServiceRevisionArn");
        }
        reply["updatedAt"] = json!(self.updated_at.seconds());
        reply["targetServiceRevision"] = revision(&self.target_revision);
        reply["sourceServiceRevisions"] = self.source_revisions.iter().map(|id| revision(id)).collect();
        reply["deploymentConfiguration"] = json!(service.deployment_configuration);
        reply["deploymentCircuitBreaker"] = self.circuit_breaker(service);
        reply["alarms"] = json!({ "status": "DISABLED", "alarmNames": [], "triggeredAlarmNames": [] });
        if let Some(at) = self.stopped_at {
            reply["stoppedAt"] = json!(at.seconds());
        }
        if let Some(rollback) = &self.rollback {
            let arn = service_revision::arn(call, &cluster.name, &service.name, &rollback.service_revision);
            let started_at = rollback.started_at.seconds();
            reply["rollback"] =
                json!({ "reason": rollback.reason, "startedAt": started_at, "serviceRevisionArn": arn });
        }
        reply
    }

    fn circuit_breaker(&self, service: &Service) -> Value {
        let breaker = service.deployment_configuration.deployment_circuit_breaker;
        let threshold = breaker.threshold(service.desired_count);
        // While the deployment goes on it counts itself; the record keeps the count when it is given up.
        let target = service.deployments.iter().find(|deployment| deployment.service_revision == self.target_revision);
        let failures = self.failed_tasks.max(target.map_or(0, |deployment| deployment.failed_tasks));
        let status = match (breaker.enable, failures >= threshold, self.is_finished()) {
            (false, ..) => "DISABLED",
            (true, true, _) => "TRIGGERED",
            (true, false, true) => "MONITORING_COMPLETE",
            (true, false, false) => "MONITORING",
        };
        json!({ "status": status, "failureCount": failures, "threshold": threshold })
    }
}

/// The ARN of a service deployment.
pub(super) fn arn(call: &Call<'_>, cluster: &str, service: &str, id: &str) -> String {
    ecs::arn::of(call, &format!("service-deployment/{cluster}/{service}/{id}"))
}

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListServiceDeployments {
    service: String,
    cluster: Option<String>,
    #[serde(default)]
    status: Vec<ServiceDeploymentStatus>,
    created_at: Option<CreatedAt>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// A span of time, in seconds since the epoch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreatedAt {
    before: Option<f64>,
    after: Option<f64>,
}

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DescribeServiceDeployments {
    service_deployment_arns: Vec<String>,
}

/// The request to stop.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct StopServiceDeployment {
    service_deployment_arn: String,
    #[serde(default)]
    stop_type: StopType,
}

/// What becomes of the revision that is on its way.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum StopType {
    #[default]
    Rollback,
    Abort,
}

/// One page of the service deployments of a service, newest first.
pub(in crate::ecs) fn list_service_deployments(
    call: &mut Call<'_>,
    request: &ListServiceDeployments,
) -> Result<Value, ApiError> {
    const MAX_RESULTS: usize = 100;
    const DEFAULT_RESULTS: usize = 20;
    let max = request.max_results.unwrap_or(DEFAULT_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid(format!("maxResults should be between 1 and {MAX_RESULTS}")));
    }
    let now = call.now;
    let name = ecs::arn::name(call, "service", &request.service).ok_or_else(model::not_found)?.to_owned();
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let service = cluster.services.get(&name).ok_or_else(model::not_found)?;
    let in_span = |record: &ServiceDeployment| {
        let at = record.created_at.seconds();
        request.created_at.as_ref().is_none_or(|span| {
            span.before.is_none_or(|before| at < before) && span.after.is_none_or(|after| at > after)
        })
    };
    let records: Vec<(usize, &ServiceDeployment)> = service
        .service_deployments
        .iter()
        .enumerate()
        .filter(|(_, record)| request.status.is_empty() || request.status.contains(&record.status))
        .filter(|(_, record)| in_span(record) && record.is_visible(now))
        .collect();
    let key =
        |(index, record): &(usize, &ServiceDeployment)| format!("{:020}{index:06}", u64::MAX - record.created_at.0);
    let page = pagination::page(records, key, Some(max), request.next_token.as_deref())
        .map_err(|_| invalid("Invalid token."))?;
    let shown: Vec<Value> =
        page.items.iter().map(|(_, record)| record.brief(call, &cluster.name, &service.name)).collect();
    let mut reply = json!({ "serviceDeployments": shown });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// Describes service deployments. Those that are not there are failures.
pub(in crate::ecs) fn describe_service_deployments(
    call: &mut Call<'_>,
    request: &DescribeServiceDeployments,
) -> Result<Value, ApiError> {
    if !(1..=MAX_DESCRIBED).contains(&request.service_deployment_arns.len()) {
        return Err(invalid(format!("serviceDeploymentArns should have between 1 and {MAX_DESCRIBED} items.")));
    }
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for reference in &request.service_deployment_arns {
        match locate(call, reference) {
            Some((cluster, service, record)) => shown.push(record.shown(call, &cluster, &service)),
            None => failures.push(json!({ "arn": reference, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "serviceDeployments": shown, "failures": failures }))
}

/// Stops what is in progress, and brings the last completed revision back.
///
/// "PENDING, IN_PROGRESS - The service deployment moves to the ROLLBACK_REQUESTED state, and then the rollback operation
/// starts. ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS - The service deployment continues the rollback operation."
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html>
pub(in crate::ecs) fn stop_service_deployment(
    call: &mut Call<'_>,
    request: &StopServiceDeployment,
) -> Result<Value, ApiError> {
    let not_found = || {
        ApiError::client("ServiceDeploymentNotFoundException", "The service deploy ARN that you specified isn't found.")
    };
    let (cluster, service, record) = locate(call, &request.service_deployment_arn).ok_or_else(not_found)?;
    if record.is_finished() {
        return Err(ApiError::client("ConflictException", "The service deployment is already in a terminal state."));
    }
    if request.stop_type == StopType::Abort {
        return Err(invalid("stopType ABORT is not supported. Use ROLLBACK."));
    }
    let now = call.now;
    let target = call.account.region(&call.region).ecs.clusters.get_mut(&cluster.name);
    let service = target.and_then(|cluster| cluster.services.get_mut(&service.name)).ok_or_else(not_found)?;
    let stopped = service.service_deployments.iter_mut().find(|stopped| stopped.id == record.id);
    // One that is on its way back already stays on it.
    let on_its_way = [ServiceDeploymentStatus::Pending, ServiceDeploymentStatus::InProgress];
    if let Some(stopped) = stopped.filter(|stopped| on_its_way.contains(&stopped.status)) {
        stopped.status = ServiceDeploymentStatus::RollbackRequested;
        stopped.updated_at = now;
        service.check_at(now);
    }
    Ok(json!({ "serviceDeploymentArn": request.service_deployment_arn }))
}

/// The cluster, service and record behind the ARN of a service deployment.
fn locate(call: &mut Call<'_>, reference: &str) -> Option<(Cluster, Service, ServiceDeployment)> {
    let rest = reference.strip_prefix(&ecs::arn::of(call, "service-deployment/"))?;
    let parts: Vec<&str> = rest.split('/').collect();
    let [cluster, service, id] = parts[..] else { return None };
    let now = call.now;
    let cluster = call.region().ecs.clusters.get(cluster)?.clone();
    let service = cluster.services.get(service)?.clone();
    let record = service.service_deployments.iter().find(|record| record.id == id && record.is_visible(now))?.clone();
    Some((cluster, service, record))
}
