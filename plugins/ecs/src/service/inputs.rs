//! The inputs and outputs of a service, and how they are read from ECS's.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::{
    AwsVpcConfiguration, DeploymentConfiguration, DeploymentRolloutState, PropagateTags, Service,
};
use deploy_aws::tags;
use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::strategy::{self, Strategy};

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceInputs {
    /// Its name, one of a kind in its cluster.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// The ARN of its cluster.
    #[schemars(extend("x-force-new" = true, "x-unique" = true, "x-holds" = true, "x-refers" = "ecs.cluster"))]
    pub cluster: Input<String>,
    /// The ARN of the revision that its tasks are made from.
    #[schemars(extend("x-refers" = "ecs.task_definition"))]
    pub task_definition: Input<String>,
    /// How many tasks run.
    pub desired_count: i32,
    /// What they run on; absent where a strategy says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<String>,
    /// How they are spread over capacity providers.
    #[serde(default)]
    pub capacity_provider_strategy: Strategy,
    /// The version of the Fargate platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_version: Option<String>,
    /// The ids of the subnets they run in.
    #[schemars(extend("x-unordered" = true, "x-holds" = true, "x-refers" = "network.subnet"))]
    pub subnets: Vec<Input<String>>,
    /// The ids of their security groups.
    #[serde(default)]
    #[schemars(extend(
        "x-unordered" = true, "x-holds" = true, "x-refers" = "security.group", "x-computed" = true
    ))]
    pub security_groups: Vec<Input<String>>,
    /// Whether they get a public address.
    pub assign_public_ip: bool,
    /// How much must stay healthy during a rollout, in percent.
    pub minimum_healthy_percent: i32,
    /// How much may run during a rollout, in percent.
    pub maximum_percent: i32,
    /// What happens when a rollout keeps failing.
    pub circuit_breaker: CircuitBreaker,
    /// From where tasks get tags: `SERVICE`, `TASK_DEFINITION` or `NONE`.
    pub propagate_tags: String,
    /// Whether a shell can be opened in a container.
    pub enable_execute_command: bool,
    /// How its newest rollout stands. A change that does not wait for its rollout does not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-computed" = true))]
    pub rollout: Option<RolloutState>,
    /// Whether a change waits for its rollout.
    #[serde(default)]
    #[schemars(extend("x-write-only" = true))]
    pub wait: bool,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// How a rollout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RolloutState {
    /// It has succeeded.
    Completed,
    /// It is under way.
    InProgress,
    /// It is under way, and tasks of it have failed.
    Failing,
    /// ECS has given up.
    Failed,
}

/// What happens when a rollout keeps failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CircuitBreaker {
    /// Whether ECS gives up.
    pub enable: bool,
    /// Whether ECS then goes back.
    pub rollback: bool,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceOutputs {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

impl Resource for ServiceInputs {
    const KIND: &'static str = "ecs.service";
    type Outputs = ServiceOutputs;
}

/// The inputs that `service` answers to.
pub(super) fn of(service: Service, all_tags: &BTreeMap<String, String>) -> Option<ServiceInputs> {
    let rollout_state = rollout_state(&service);
    let network = service.network_configuration.and_then(|network| network.awsvpc_configuration);
    let (subnets, security_groups, assign_public_ip) = network.map(addresses).unwrap_or_default();
    let rollout = service.deployment_configuration;
    let capacity_provider_strategy = strategy::from_ecs(service.capacity_provider_strategy);
    let launch_type = service.launch_type.filter(|_| capacity_provider_strategy.is_empty());
    Some(ServiceInputs {
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
        tags: tags::user(all_tags),
    })
}

/// Services without a rollout state (`CODE_DEPLOY`, `EXTERNAL`) have nothing to wait for.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>
fn rollout_state(service: &Service) -> RolloutState {
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
