//! UpdateService.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>

use super::create::AvailabilityZoneRebalancing;
use super::model::{self, Service};
use super::options::{DeploymentOptions, PropagateTags};
use crate::call::Call;
use crate::ecs::launch::{CapacityProviderStrategyItem, Launch, LaunchType, NetworkConfiguration};
use crate::ecs::{arn, cluster, task_definition};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request: what it does not say stays as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct UpdateService {
    cluster: Option<String>,
    service: String,
    task_definition: Option<String>,
    desired_count: Option<u32>,
    capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    platform_version: Option<String>,
    network_configuration: Option<NetworkConfiguration>,
    #[serde(default)]
    deployment_configuration: DeploymentOptions,
    propagate_tags: Option<PropagateTags>,
    enable_execute_command: Option<bool>,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: Option<bool>,
    health_check_grace_period_seconds: Option<u32>,
    availability_zone_rebalancing: Option<AvailabilityZoneRebalancing>,
    load_balancers: Option<Value>,
    service_registries: Option<Value>,
    placement_constraints: Option<Value>,
    placement_strategy: Option<Value>,
    #[serde(default)]
    force_new_deployment: bool,
}

/// Changes the service. A new deployment starts if tasks would have to be other tasks, or if the request forces one; a
/// new count alone only scales the one that is there.
pub(in crate::ecs) fn update_service(call: &mut Call<'_>, request: UpdateService) -> Result<Value, ApiError> {
    let name = arn::name(call, "service", &request.service).ok_or_else(model::not_found)?.to_owned();
    let mut cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let before = model::active(&mut cluster, &name)?.clone();
    let mut service = before.clone();
    change_tasks(call, &cluster, &mut service, &request)?;
    change_options(&mut service, request.deployment_configuration.clone(), &request)?;
    let must_deploy = request.force_new_deployment
        || service.task_definition != before.task_definition
        || service.launch != before.launch
        || replaces_tasks(&before, &service);
    if must_deploy {
        service.deploy(call.ids, call.now);
    } else {
        let (now, count) = (call.now, service.desired_count);
        if let Some(primary) = service.primary().filter(|primary| primary.desired_count != count) {
            primary.desired_count = count;
            primary.updated_at = now;
            service.is_steady = false;
        }
        service.check_at(now);
    }
    let reply = json!({ "service": service.shown_with_tags(call, &cluster) });
    cluster::active(call, request.cluster.as_deref())?.services.insert(name, service);
    Ok(reply)
}

fn change_tasks(
    call: &mut Call<'_>,
    cluster: &cluster::Cluster,
    service: &mut Service,
    request: &UpdateService,
) -> Result<(), ApiError> {
    let wanted = request.task_definition.as_deref().unwrap_or(&service.task_definition);
    let keeps = wanted == service.task_definition;
    let definition = match keeps {
        // A revision that was deregistered in the meantime goes on serving the service that uses it.
        true => task_definition::by_arn(&call.region().ecs.families, wanted).cloned().ok_or_else(model::not_found)?,
        false => task_definition::runnable(call, wanted)?,
    };
    let mut launch: Launch = service.launch.clone();
    if let Some(strategy) = &request.capacity_provider_strategy {
        launch.capacity_provider_strategy.clone_from(strategy);
        // "Update the … Fargate capacity provider back to the launch type. Pass an empty list".
        launch.launch_type = strategy.is_empty().then_some(LaunchType::Fargate);
    }
    launch.platform_version = request.platform_version.clone().or(launch.platform_version);
    launch.network_configuration = request.network_configuration.clone().or(launch.network_configuration);
    if !keeps || launch != service.launch {
        launch = launch.completed(call, cluster, &definition)?;
    }
    service.task_definition = definition.arn;
    service.launch = launch;
    service.desired_count = request.desired_count.unwrap_or(service.desired_count);
    Ok(())
}

fn change_options(service: &mut Service, options: DeploymentOptions, request: &UpdateService) -> Result<(), ApiError> {
    service.deployment_configuration = options.over(&service.deployment_configuration)?;
    service.propagate_tags = request.propagate_tags.unwrap_or(service.propagate_tags);
    service.enable_execute_command = request.enable_execute_command.unwrap_or(service.enable_execute_command);
    service.enable_ecs_managed_tags = request.enable_ecs_managed_tags.unwrap_or(service.enable_ecs_managed_tags);
    let given = [
        ("loadBalancers", request.load_balancers.clone()),
        ("serviceRegistries", request.service_registries.clone()),
        ("placementConstraints", request.placement_constraints.clone()),
        ("placementStrategy", request.placement_strategy.clone()),
        ("healthCheckGracePeriodSeconds", request.health_check_grace_period_seconds.map(Value::from)),
        ("availabilityZoneRebalancing", request.availability_zone_rebalancing.map(|asked| json!(asked))),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            service.further.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Load balancers and registries are part of what a task is; the other options only hold for tasks to come.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-parameters.html>
fn replaces_tasks(before: &Service, after: &Service) -> bool {
    ["loadBalancers", "serviceRegistries"].iter().any(|name| before.further.get(*name) != after.further.get(*name))
}
