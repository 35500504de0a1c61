//! Amazon ECS on Fargate: clusters, task definitions, services and the tasks that they keep running.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html>. What changes by itself (tasks that
//! start, deployments that roll) is in [`progress`], and only there.

mod account_setting;
mod arn;
mod cluster;
mod launch;
pub mod progress;
mod service;
mod tags;
mod task;
mod task_definition;

pub use cluster::Cluster;
pub use launch::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, Launch, LaunchType, NetworkConfiguration,
};
pub use service::{
    CircuitBreaker, Deployment, DeploymentConfiguration, DeploymentStatus, PropagateTags, Rollback, RolloutState,
    Service, ServiceDeployment, ServiceDeploymentStatus, ServiceRevision, ServiceStatus, Strategy, Threshold,
    ThresholdType,
};
pub use task::{Container, DesiredStatus, HealthStatus, Owner, StopCode, Task, TaskStatus};
pub use task_definition::{ContainerDefinition, LogConfiguration, SecretReference, TaskDefinition};

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use crate::pagination;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What ECS remembers in one region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The clusters by name, with their services and tasks.
    pub clusters: BTreeMap<String, Cluster>,
    /// The revisions of each family of task definitions, oldest first.
    pub families: BTreeMap<String, Vec<TaskDefinition>>,
    /// Account settings that were changed, by name.
    pub account_settings: BTreeMap<String, String>,
}

/// Answers one operation of the target `AmazonEC2ContainerServiceV20141113`, after time has moved on to this call.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    progress::advance(call);
    match operation {
        "CreateCluster" => cluster::create_cluster(call, read(body)?),
        "DescribeClusters" => cluster::describe_clusters(call, &read(body)?),
        "ListClusters" => cluster::list_clusters(call, &read(body)?),
        "UpdateCluster" => cluster::update_cluster(call, read(body)?),
        "UpdateClusterSettings" => cluster::update_cluster_settings(call, &read(body)?),
        "PutClusterCapacityProviders" => cluster::put_cluster_capacity_providers(call, read(body)?),
        "DeleteCluster" => cluster::delete_cluster(call, &read(body)?),
        "RegisterTaskDefinition" => task_definition::register_task_definition(call, read(body)?),
        "DescribeTaskDefinition" => task_definition::describe_task_definition(call, &read(body)?),
        "ListTaskDefinitions" => task_definition::list_task_definitions(call, &read(body)?),
        "ListTaskDefinitionFamilies" => task_definition::list_task_definition_families(call, &read(body)?),
        "DeregisterTaskDefinition" => task_definition::deregister_task_definition(call, &read(body)?),
        "DeleteTaskDefinitions" => task_definition::delete_task_definitions(call, &read(body)?),
        "CreateService" => service::create_service(call, read(body)?),
        "UpdateService" => service::update_service(call, read(body)?),
        "DescribeServices" => service::describe_services(call, &read(body)?),
        "ListServices" => service::list_services(call, &read(body)?),
        "DeleteService" => service::delete_service(call, &read(body)?),
        "ListServiceDeployments" => service::list_service_deployments(call, &read(body)?),
        "DescribeServiceDeployments" => service::describe_service_deployments(call, &read(body)?),
        "StopServiceDeployment" => service::stop_service_deployment(call, &read(body)?),
        "DescribeServiceRevisions" => service::describe_service_revisions(call, &read(body)?),
        "RunTask" => task::run_task(call, &read(body)?),
        "ListTasks" => task::list_tasks(call, &read(body)?),
        "DescribeTasks" => task::describe_tasks(call, &read(body)?),
        "StopTask" => task::stop_task(call, &read(body)?),
        "TagResource" => tags::tag_resource(call, &read(body)?),
        "UntagResource" => tags::untag_resource(call, &read(body)?),
        "ListTagsForResource" => tags::list_tags_for_resource(call, &read(body)?),
        "ListAccountSettings" => account_setting::list_account_settings(call, &read(body)?),
        "PutAccountSettingDefault" => account_setting::put_account_setting_default(call, &read(body)?),
        _ => Err(ApiError::client("UnknownOperationException", format!("ECS does not know {operation} here."))),
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "InvalidParameterException")
}

/// The error for a parameter that ECS does not accept.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::client("InvalidParameterException", message)
}

/// The error for an action that ECS does not carry out on this resource.
fn client(message: impl Into<String>) -> ApiError {
    ApiError::client("ClientException", message)
}

/// One page of ARNs under the name that the operation gives to them.
fn page_of_arns(
    member: &str,
    arns: Vec<String>,
    max_results: Option<usize>,
    token: Option<&str>,
) -> Result<Value, ApiError> {
    const MAX_RESULTS: usize = 100;
    let max = max_results.unwrap_or(MAX_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid(format!("maxResults should be between 1 and {MAX_RESULTS}")));
    }
    let page = pagination::page(arns, String::clone, Some(max), token).map_err(|_| invalid("Invalid token."))?;
    let mut reply = serde_json::Map::new();
    reply.insert(member.to_owned(), page.items.into());
    if let Some(token) = page.next_token {
        reply.insert("nextToken".to_owned(), token.into());
    }
    Ok(Value::Object(reply))
}
