//! CreateService.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>

use super::model::{Service, ServiceStatus};
use super::options::{DeploymentConfiguration, DeploymentOptions, PropagateTags};
use crate::call::Call;
use crate::ecs::cluster::{self, Cluster};
use crate::ecs::invalid;
use crate::ecs::launch::{CapacityProviderStrategyItem, Launch, LaunchType, NetworkConfiguration};
use crate::ecs::tags::{self, Tag};
use crate::ecs::task_definition::{self, TaskDefinition};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The request. What is `Value` is kept and shown as it was given.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct CreateService {
    cluster: Option<String>,
    service_name: String,
    task_definition: String,
    desired_count: Option<u32>,
    client_token: Option<String>,
    #[serde(default)]
    role: String,
    launch_type: Option<LaunchType>,
    #[serde(default)]
    capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    platform_version: Option<String>,
    network_configuration: Option<NetworkConfiguration>,
    #[serde(default)]
    deployment_configuration: DeploymentOptions,
    deployment_controller: Option<DeploymentController>,
    scheduling_strategy: Option<SchedulingStrategy>,
    #[serde(default)]
    propagate_tags: PropagateTags,
    #[serde(default)]
    enable_execute_command: bool,
    #[serde(default, rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    health_check_grace_period_seconds: Option<u32>,
    availability_zone_rebalancing: Option<AvailabilityZoneRebalancing>,
    load_balancers: Option<Value>,
    service_registries: Option<Value>,
    placement_constraints: Option<Value>,
    placement_strategy: Option<Value>,
    service_connect_configuration: Option<Value>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Who moves deployments on.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeploymentController {
    #[serde(rename = "type")]
    kind: String,
}

/// A number of tasks, or one on each instance.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum SchedulingStrategy {
    Replica,
    Daemon,
}

/// Whether tasks are moved between availability zones.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum AvailabilityZoneRebalancing {
    Enabled,
    Disabled,
}

/// Creates the service and its first deployment.
pub(in crate::ecs) fn create_service(call: &mut Call<'_>, request: CreateService) -> Result<Value, ApiError> {
    check(&request)?;
    let tags = tags::checked(&request.tags)?;
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    if let Some(reply) = repeated(call, &cluster, &request)? {
        return Ok(reply);
    }
    let definition = task_definition::runnable(call, &request.task_definition)?;
    let launch = Launch {
        launch_type: request.launch_type,
        capacity_provider_strategy: request.capacity_provider_strategy.clone(),
        platform_version: Some(request.platform_version.clone().unwrap_or_else(|| "LATEST".to_owned())),
        network_configuration: request.network_configuration.clone(),
    };
    let launch = launch.completed(call, &cluster, &definition)?;
    let mut service = new_service(call, &request, &definition, launch, tags)?;
    service.deploy(call.ids, call.now);
    let reply = json!({ "service": service.shown_with_tags(call, &cluster) });
    cluster::active(call, request.cluster.as_deref())?.services.insert(service.name.clone(), service);
    Ok(reply)
}

fn check(request: &CreateService) -> Result<(), ApiError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if !(1..=255).contains(&request.service_name.len()) || !request.service_name.chars().all(allowed) {
        return Err(invalid("Service name contains invalid characters, or is empty or longer than 255."));
    }
    if request.deployment_controller.as_ref().is_some_and(|controller| controller.kind != "ECS") {
        return Err(invalid("The embedded AWS knows the deployment controller ECS only."));
    }
    if request.scheduling_strategy == Some(SchedulingStrategy::Daemon) {
        return Err(invalid("Daemon scheduling strategy is not supported for Fargate."));
    }
    // "This parameter is only permitted if you are using a load balancer with your service and your task definition
    // doesn't use the awsvpc network mode", which Fargate demands. An empty one is none: Ansible's `ecs_service` sends it.
    if !request.role.is_empty() {
        return Err(invalid("You cannot specify an IAM role for services that require a service linked role."));
    }
    if request.service_connect_configuration.as_ref().is_some_and(|connect| connect["enabled"] == true) {
        return Err(invalid("Service Connect is not known to the embedded AWS."));
    }
    if request.desired_count.is_none() {
        return Err(invalid("desiredCount is required for REPLICA services."));
    }
    Ok(())
}

/// The reply to a call that was made before: the same token and the same content. Any other service of this name that
/// is still there makes the call fail.
fn repeated(call: &Call<'_>, cluster: &Cluster, request: &CreateService) -> Result<Option<Value>, ApiError> {
    let Some(existing) = cluster.services.get(&request.service_name) else { return Ok(None) };
    let same = request.client_token.is_some() && existing.client_token == identity(request);
    match existing.status {
        ServiceStatus::Inactive => Ok(None),
        ServiceStatus::Draining => Err(invalid("Unable to Start a service that is still Draining.")),
        ServiceStatus::Active if same => Ok(Some(json!({ "service": existing.shown_with_tags(call, cluster) }))),
        ServiceStatus::Active => Err(invalid("Creation of service was not idempotent.")),
    }
}

/// The token of a call together with what makes two calls the same.
fn identity(request: &CreateService) -> Option<(String, Value)> {
    let content =
        json!([request.cluster, request.task_definition, request.desired_count, request.network_configuration]);
    request.client_token.clone().map(|token| (token, content))
}

fn new_service(
    call: &Call<'_>,
    request: &CreateService,
    definition: &TaskDefinition,
    launch: Launch,
    tags: BTreeMap<String, String>,
) -> Result<Service, ApiError> {
    let deployment_configuration = request.deployment_configuration.clone().over(&DeploymentConfiguration::default())?;
    Ok(Service {
        name: request.service_name.clone(),
        status: ServiceStatus::Active,
        task_definition: definition.arn.clone(),
        desired_count: request.desired_count.unwrap_or(0),
        launch,
        further: further(request, &deployment_configuration)?,
        deployment_configuration,
        propagate_tags: request.propagate_tags,
        enable_execute_command: request.enable_execute_command,
        enable_ecs_managed_tags: request.enable_ecs_managed_tags,
        tags,
        created_at: call.now,
        created_by: call.caller_arn.clone(),
        client_token: identity(request),
        deployments: Vec::new(),
        service_deployments: Vec::new(),
        revisions: Vec::new(),
        events: Vec::new(),
        last_completed: None,
        launched: 0,
        is_steady: false,
        next_check: None,
    })
}

/// What is shown as it was given, or with AWS's default.
fn further(
    request: &CreateService,
    configuration: &DeploymentConfiguration,
) -> Result<BTreeMap<String, Value>, ApiError> {
    let rebalancing = rebalancing(request.availability_zone_rebalancing, configuration)?;
    let list = |value: &Option<Value>| value.clone().unwrap_or_else(|| json!([]));
    let fields = [
        ("loadBalancers", list(&request.load_balancers)),
        ("serviceRegistries", list(&request.service_registries)),
        ("placementConstraints", list(&request.placement_constraints)),
        ("placementStrategy", list(&request.placement_strategy)),
        ("healthCheckGracePeriodSeconds", json!(request.health_check_grace_period_seconds.unwrap_or(0))),
        ("schedulingStrategy", json!("REPLICA")),
        ("deploymentController", json!({ "type": "ECS" })),
        ("availabilityZoneRebalancing", json!(rebalancing)),
    ];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// On by default where it can be: it needs room for a task more.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html>
fn rebalancing(
    asked: Option<AvailabilityZoneRebalancing>,
    configuration: &DeploymentConfiguration,
) -> Result<AvailabilityZoneRebalancing, ApiError> {
    let has_room = configuration.maximum_percent > 100;
    match asked {
        Some(AvailabilityZoneRebalancing::Enabled) if !has_room => {
            Err(invalid("Availability Zone rebalancing needs a maximumPercent greater than 100."))
        }
        Some(asked) => Ok(asked),
        None if has_room => Ok(AvailabilityZoneRebalancing::Enabled),
        None => Ok(AvailabilityZoneRebalancing::Disabled),
    }
}
