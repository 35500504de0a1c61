//! From ECS's service to inputs.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::{
    self, AwsVpcConfiguration, DeploymentConfiguration, DeploymentRolloutState, PropagateTags,
};
use deploy_aws::tags;
use deploy_kinds::ecs::{CircuitBreaker, LOG_TAIL_LINES, RolloutState, Service};
use deploy_model::Input;

use crate::strategy;

/// The inputs that `service` answers to.
pub(super) fn inputs(service: types::Service, all_tags: &BTreeMap<String, String>) -> Option<Service> {
    let rollout_state = rollout_state(&service);
    let network = service.network_configuration.and_then(|network| network.awsvpc_configuration);
    let (subnets, security_groups, assign_public_ip) = network.map(addresses).unwrap_or_default();
    let rollout = service.deployment_configuration;
    let capacity_provider_strategy = strategy::from_ecs(service.capacity_provider_strategy);
    let launch_type = service.launch_type.filter(|_| capacity_provider_strategy.is_empty());
    Some(Service {
        name: service.service_name?,
        cluster: Input::Value(service.cluster_arn?),
        task_definition: Input::Value(service.task_definition?),
        desired_count: service.desired_count,
        launch_type: launch_type.map(|launch_type| launch_type.to_string()),
        capacity_provider_strategy,
        platform_version: Some(service.platform_version.unwrap_or_else(|| "LATEST".to_owned())),
        subnets,
        security_groups,
        assign_public_ip,
        minimum_healthy_percent: rollout.as_ref().and_then(|rollout| rollout.minimum_healthy_percent).unwrap_or(100),
        maximum_percent: rollout.as_ref().and_then(|rollout| rollout.maximum_percent).unwrap_or(200),
        circuit_breaker: circuit_breaker(rollout),
        propagate_tags: service.propagate_tags.unwrap_or(PropagateTags::None).to_string(),
        enable_execute_command: service.enable_execute_command,
        rollout: Some(rollout_state),
        wait: false,
        rollout_timeout_seconds: None,
        log_tail_lines: LOG_TAIL_LINES,
        tags: tags::user(all_tags),
    })
}

/// Services without a rollout state (`CODE_DEPLOY`, `EXTERNAL`) have nothing to wait for.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>
fn rollout_state(service: &types::Service) -> RolloutState {
    let primary = service.deployments().iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"));
    match primary.and_then(|primary| Some((primary.rollout_state.as_ref()?, primary.failed_tasks))) {
        Some((DeploymentRolloutState::Failed, _)) => RolloutState::Failed,
        Some((DeploymentRolloutState::InProgress, 0)) => RolloutState::InProgress,
        Some((DeploymentRolloutState::InProgress, _)) => RolloutState::Failing,
        _ => RolloutState::Completed,
    }
}

fn addresses(network: AwsVpcConfiguration) -> (Vec<Input<String>>, Vec<Input<String>>, bool) {
    use deploy_aws::ecs::types::AssignPublicIp;
    let inputs = |ids: Vec<String>| ids.into_iter().map(Input::Value).collect();
    (
        inputs(network.subnets),
        inputs(network.security_groups.unwrap_or_default()),
        network.assign_public_ip == Some(AssignPublicIp::Enabled),
    )
}

fn circuit_breaker(rollout: Option<DeploymentConfiguration>) -> CircuitBreaker {
    let breaker = rollout.and_then(|rollout| rollout.deployment_circuit_breaker);
    breaker.map_or(CircuitBreaker { enable: false, rollback: false }, |breaker| CircuitBreaker {
        enable: breaker.enable,
        rollback: breaker.rollback,
    })
}
