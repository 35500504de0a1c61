//! The requests that make and change a service.

use deploy_aws::ecs::Client;
use deploy_aws::ecs::operation::create_service::builders::CreateServiceFluentBuilder;
use deploy_aws::ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use deploy_aws::ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, DeploymentCircuitBreaker, DeploymentConfiguration, LaunchType,
    NetworkConfiguration, PropagateTags,
};
use deploy_kinds::ecs::{RolloutState, Service};
use deploy_model::{Fault, FieldChange, Input};

use serde_json::json;

use crate::changes::touch;
use crate::strategy;

/// Fields that hang together in one part of the request.
const LAUNCH: [&str; 2] = ["launch_type", "capacity_provider_strategy"];
const NETWORK: [&str; 3] = ["subnets", "security_groups", "assign_public_ip"];
const ROLLOUT: [&str; 3] = ["minimum_healthy_percent", "maximum_percent", "circuit_breaker"];

/// The longest client token that CreateService takes.
const TOKEN_LENGTH: usize = 36;

/// The request that makes the service, but for its tags. `operation` makes it safe to send twice.
pub(super) fn create(ecs: &Client, operation: &str, inputs: &Service) -> Result<CreateServiceFluentBuilder, Fault> {
    let strategy = strategy::to_ecs(&inputs.capacity_provider_strategy);
    Ok(ecs
        .create_service()
        .client_token(token(operation))
        .service_name(&inputs.name)
        .cluster(inputs.cluster.known()?)
        .task_definition(inputs.task_definition.known()?)
        .desired_count(inputs.desired_count)
        .set_launch_type(inputs.launch_type.as_deref().map(LaunchType::from))
        .set_capacity_provider_strategy((!strategy.is_empty()).then_some(strategy))
        .set_platform_version(inputs.platform_version.clone())
        .network_configuration(network(inputs)?)
        .deployment_configuration(rollout(inputs))
        .propagate_tags(PropagateTags::from(inputs.propagate_tags.as_str()))
        .enable_execute_command(inputs.enable_execute_command))
}

/// The request that changes the service, with nothing in it but what differs; `None` if nothing does
/// that UpdateService could change.
pub(super) fn update(
    ecs: &Client,
    inputs: &Service,
    changes: &[FieldChange],
) -> Result<Option<UpdateServiceFluentBuilder>, Fault> {
    let differs = |field: &str| touch(changes, field);
    let any = |fields: &[&str]| fields.iter().any(|field| touch(changes, field));
    if !changes.iter().any(is_for_the_service) {
        return Ok(None);
    }
    let mut request = ecs.update_service().service(&inputs.name).cluster(inputs.cluster.known()?);
    if differs("task_definition") {
        request = request.task_definition(inputs.task_definition.known()?);
    }
    if differs("desired_count") {
        request = request.desired_count(inputs.desired_count);
    }
    if any(&LAUNCH) {
        // ECS takes another strategy only together with a new deployment. An empty one leads back to the launch type:
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        let strategy = strategy::to_ecs(&inputs.capacity_provider_strategy);
        request = request.set_capacity_provider_strategy(Some(strategy)).force_new_deployment(true);
    }
    if differs("rollout") {
        // What has failed is tried anew: the cause may have lain outside of the service.
        request = request.force_new_deployment(true);
    }
    if differs("platform_version") {
        request = request.set_platform_version(inputs.platform_version.clone());
    }
    if any(&NETWORK) {
        request = request.network_configuration(network(inputs)?);
    }
    if any(&ROLLOUT) {
        request = request.deployment_configuration(rollout(inputs));
    }
    if differs("propagate_tags") {
        request = request.propagate_tags(PropagateTags::from(inputs.propagate_tags.as_str()));
    }
    if differs("enable_execute_command") {
        request = request.enable_execute_command(inputs.enable_execute_command);
    }
    Ok(Some(request))
}

/// Whether UpdateService can do something about a change: it sets no tags, and a rollout that is under way goes on by
/// itself.
fn is_for_the_service(change: &FieldChange) -> bool {
    let under_way = |change: &FieldChange| change.before == Some(json!(RolloutState::InProgress));
    match change.path.segments().first().map(String::as_str) {
        Some("tags") => false,
        Some("rollout") => !under_way(change),
        _ => true,
    }
}

fn network(inputs: &Service) -> Result<NetworkConfiguration, Fault> {
    let known = |ids: &[Input<String>]| ids.iter().map(|id| id.known().cloned()).collect::<Result<Vec<_>, _>>();
    let groups = known(&inputs.security_groups)?;
    let public = if inputs.assign_public_ip { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(known(&inputs.subnets)?))
        .set_security_groups((!groups.is_empty()).then_some(groups))
        .assign_public_ip(public)
        .build()
        .expect("a list of subnets was set");
    Ok(NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
}

fn rollout(inputs: &Service) -> DeploymentConfiguration {
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(inputs.circuit_breaker.enable)
        .rollback(inputs.circuit_breaker.rollback)
        .build();
    DeploymentConfiguration::builder()
        .minimum_healthy_percent(inputs.minimum_healthy_percent)
        .maximum_percent(inputs.maximum_percent)
        .deployment_circuit_breaker(breaker)
        .build()
}

/// The end of the operation's id: its beginning is what operations share.
fn token(operation: &str) -> &str {
    let surplus = operation.len().saturating_sub(TOKEN_LENGTH);
    operation.get(surplus..).unwrap_or(operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_token_is_never_too_long() {
        assert_eq!(token("abc"), "abc");
        assert_eq!(token(&"x".repeat(64)).len(), TOKEN_LENGTH);
    }
}
