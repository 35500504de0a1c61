//! Service revisions: what a service was made of, deployment by deployment.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html>

use super::deployment::Deployment;
use super::model::Service;
use crate::call::Call;
use crate::ecs::cluster::Cluster;
use crate::ecs::launch::Launch;
use crate::ecs::{self, invalid, task_definition};
use crate::error::ApiError;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Service revisions in one request to describe.
const MAX_DESCRIBED: usize = 20;

/// One revision. It never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRevision {
    /// The last part of its ARN.
    pub id: String,
    /// The ARN of its task definition.
    pub task_definition: String,
    /// How its tasks are launched.
    pub launch: Launch,
    /// Its load balancers, as they were given.
    pub load_balancers: Value,
    /// Its registries, as they were given.
    pub service_registries: Value,
    /// When it was created.
    pub created_at: Time,
}

impl ServiceRevision {
    /// The revision that a deployment of this service brings.
    pub(super) fn of(service: &Service, deployment: &Deployment) -> Self {
        let kept = |name: &str| service.further.get(name).cloned().unwrap_or_else(|| json!([]));
        Self {
            id: deployment.service_revision.clone(),
            task_definition: deployment.task_definition.clone(),
            launch: deployment.launch.clone(),
            load_balancers: kept("loadBalancers"),
            service_registries: kept("serviceRegistries"),
            created_at: deployment.created_at,
        }
    }

    fn shown(&self, call: &mut Call<'_>, cluster: &str, service: &str) -> Value {
        let definition = task_definition::by_arn(&call.region().ecs.families, &self.task_definition);
        let containers = definition.map(|definition| definition.content.container_definitions.as_slice());
        let images: Vec<Value> = containers
            .unwrap_or_default()
            .iter()
            .map(|container| json!({ "containerName": container.name, "image": container.image }))
            .collect();
        let mut reply = json!({
            "serviceRevisionArn": arn(call, cluster, service, &self.id),
            "serviceArn": ecs::arn::service(call, cluster, service),
            "clusterArn": ecs::arn::cluster(call, cluster),
            "taskDefinition": self.task_definition,
            "platformVersion": self.launch.resolved_platform_version(),
            "platformFamily": "Linux",
            "loadBalancers": self.load_balancers,
            "serviceRegistries": self.service_registries,
            "containerImages": images,
            "guardDutyEnabled": false,
            "createdAt": self.created_at.seconds(),
        });
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
}

/// The ARN of a service revision.
pub(super) fn arn(call: &Call<'_>, cluster: &str, service: &str, id: &str) -> String {
    ecs::arn::of(call, &format!("service-revision/{cluster}/{service}/{id}"))
}

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DescribeServiceRevisions {
    service_revision_arns: Vec<String>,
}

/// Describes service revisions. Those that are not there are failures.
pub(in crate::ecs) fn describe_service_revisions(
    call: &mut Call<'_>,
    request: &DescribeServiceRevisions,
) -> Result<Value, ApiError> {
    if !(1..=MAX_DESCRIBED).contains(&request.service_revision_arns.len()) {
        return Err(invalid(format!("serviceRevisionArns should have between 1 and {MAX_DESCRIBED} items.")));
    }
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for reference in &request.service_revision_arns {
        match locate(call, reference) {
            Some((cluster, service, revision)) => shown.push(revision.shown(call, &cluster, &service)),
            None => failures.push(json!({ "arn": reference, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "serviceRevisions": shown, "failures": failures }))
}

/// The names of cluster and service and the revision behind an ARN.
fn locate(call: &mut Call<'_>, reference: &str) -> Option<(String, String, ServiceRevision)> {
    let rest = reference.strip_prefix(&ecs::arn::of(call, "service-revision/"))?;
    let parts: Vec<&str> = rest.split('/').collect();
    let [cluster, service, id] = parts[..] else { return None };
    let found: &Cluster = call.region().ecs.clusters.get(cluster)?;
    let revision = found.services.get(service)?.revisions.iter().find(|revision| revision.id == id)?.clone();
    Some((cluster.to_owned(), service.to_owned(), revision))
}
