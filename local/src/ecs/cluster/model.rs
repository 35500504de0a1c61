//! A cluster, how it is found and how it is shown.

use crate::call::Call;
use crate::ecs::launch::CapacityProviderStrategyItem;
use crate::ecs::service::{Service, ServiceStatus};
use crate::ecs::task::{Task, TaskStatus};
use crate::ecs::{arn, tags};
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One cluster with everything that runs on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// A deleted cluster stays visible as INACTIVE.
    pub status: ClusterStatus,
    /// `containerInsights`.
    pub settings: Vec<ClusterSetting>,
    /// `executeCommandConfiguration` and the like, as it was given.
    pub configuration: Option<Value>,
    /// The default namespace of Service Connect, as it was given.
    pub service_connect_defaults: Option<Value>,
    /// The capacity providers that its strategies may name.
    pub capacity_providers: Vec<String>,
    /// The strategy of services and tasks that bring none.
    pub default_capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The services by name; those deleted stay visible as INACTIVE.
    pub services: BTreeMap<String, Service>,
    /// The tasks in the order of their creation; stopped ones stay visible for an hour.
    pub tasks: Vec<Task>,
}

/// The life of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ClusterStatus {
    /// It can be used.
    Active,
    /// It was deleted.
    Inactive,
}

/// A setting and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSetting {
    /// `containerInsights`.
    pub name: String,
    /// `enabled`, `enhanced` or `disabled`.
    pub value: String,
}

/// What AWS calls the cluster of a request that names none.
const DEFAULT_NAME: &str = "default";

/// The name behind a reference to a cluster.
fn name_of(call: &Call<'_>, reference: Option<&str>) -> Result<String, ApiError> {
    arn::name(call, "cluster", reference.unwrap_or(DEFAULT_NAME)).map(str::to_owned).ok_or_else(not_found)
}

/// The active cluster behind a reference.
pub(in crate::ecs) fn active<'a>(call: &'a mut Call<'_>, reference: Option<&str>) -> Result<&'a mut Cluster, ApiError> {
    let name = name_of(call, reference)?;
    let cluster = call.region().ecs.clusters.get_mut(&name).ok_or_else(not_found)?;
    match cluster.status {
        ClusterStatus::Active => Ok(cluster),
        ClusterStatus::Inactive => {
            Err(ApiError::client("ClusterNotFoundException", "The referenced cluster was inactive."))
        }
    }
}

/// The error for a cluster that is not there.
pub(in crate::ecs) fn not_found() -> ApiError {
    ApiError::client("ClusterNotFoundException", "Cluster not found.")
}

impl Cluster {
    /// The task with this id.
    pub(in crate::ecs) fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// The reply shape `Cluster`, with the optional parts that `include` names.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html>
    pub(in crate::ecs) fn shown(&self, call: &Call<'_>, include: &BTreeSet<ClusterField>) -> Value {
        let count = |status: TaskStatus| self.tasks.iter().filter(|task| task.last_status == status).count();
        let pending = count(TaskStatus::Provisioning) + count(TaskStatus::Pending);
        let mut reply = json!({
            "clusterArn": arn::cluster(call, &self.name),
            "clusterName": self.name,
            "status": self.status,
            "registeredContainerInstancesCount": 0,
            "runningTasksCount": count(TaskStatus::Running),
            "pendingTasksCount": pending,
            "activeServicesCount": self.active_services(),
            "statistics": [],
            "tags": [],
            "settings": [],
            "capacityProviders": self.capacity_providers,
            "defaultCapacityProviderStrategy": self.default_capacity_provider_strategy,
        });
        if let Some(defaults) = &self.service_connect_defaults {
            reply["serviceConnectDefaults"] = defaults.clone();
        }
        for field in include {
            match field {
                ClusterField::Settings => reply["settings"] = json!(self.settings),
                ClusterField::Tags => reply["tags"] = tags::shown(&self.tags),
                ClusterField::Statistics => reply["statistics"] = self.statistics(pending, count(TaskStatus::Running)),
                ClusterField::Configurations => {
                    if let Some(configuration) = &self.configuration {
                        reply["configuration"] = configuration.clone();
                    }
                }
                ClusterField::Attachments => reply["attachments"] = json!([]),
            }
        }
        reply
    }

    /// Services that were not deleted.
    pub(in crate::ecs) fn active_services(&self) -> usize {
        self.services.values().filter(|service| service.status == ServiceStatus::Active).count()
    }

    fn statistics(&self, pending: usize, running: usize) -> Value {
        let draining = self.services.values().filter(|service| service.status == ServiceStatus::Draining).count();
        let figures = [
            ("runningEC2TasksCount", 0),
            ("runningFargateTasksCount", running),
            ("pendingEC2TasksCount", 0),
            ("pendingFargateTasksCount", pending),
            ("activeEC2ServiceCount", 0),
            ("activeFargateServiceCount", self.active_services()),
            ("drainingEC2ServiceCount", 0),
            ("drainingFargateServiceCount", draining),
        ];
        figures.iter().map(|(name, value)| json!({ "name": name, "value": value.to_string() })).collect()
    }
}

/// The optional parts of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::ecs) enum ClusterField {
    Attachments,
    Configurations,
    Settings,
    Statistics,
    Tags,
}
