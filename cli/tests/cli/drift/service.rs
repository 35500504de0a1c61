//! What can happen to a service.

use deploy_aws::ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use deploy_aws::ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, DeploymentCircuitBreaker,
    DeploymentConfiguration, NetworkConfiguration, PropagateTags, Service, Tag,
};

use super::account::{Account, PREFIX};
use super::{Drift, drift, task_definition};

/// The service that runs tasks, and the one that runs none.
pub const NAME: &str = "shop-drift-ecs_service";
pub const BATCH: &str = "shop-drift-batch";

/// What begins a rollout is seen in two ways: the field that differs, and the rollout that is under way.
pub fn drifts() -> Vec<Drift> {
    vec![
        drift(
            &["ecs.service.ecs_service task_definition", "ecs.service.ecs_service rollout"],
            it_runs_another_revision,
        ),
        drift(&["ecs.service.ecs_service rollout"], it_is_rolled_out_again),
        drift(&["ecs.service.ecs_service desired_count"], it_runs_more_tasks),
        drift(
            &["ecs.service.ecs_service platform_version", "ecs.service.ecs_service rollout"],
            it_runs_on_an_older_platform,
        ),
        drift(&["ecs.service.ecs_service subnets", "ecs.service.ecs_service rollout"], it_runs_in_one_subnet),
        drift(
            &["ecs.service.ecs_service security_groups", "ecs.service.ecs_service rollout"],
            it_runs_in_another_group,
        ),
        drift(
            &["ecs.service.ecs_service assign_public_ip", "ecs.service.ecs_service rollout"],
            it_gets_no_public_address,
        ),
        drift(&["ecs.service.ecs_service minimum_healthy_percent"], fewer_tasks_stay),
        drift(&["ecs.service.ecs_service maximum_percent"], fewer_tasks_start),
        drift(&["ecs.service.ecs_service circuit_breaker.rollback"], async |aws| breaker(aws, true).await),
        drift(
            &["ecs.service.ecs_service circuit_breaker.enable", "ecs.service.ecs_service circuit_breaker.rollback"],
            async |aws| breaker(aws, false).await,
        ),
        drift(&["ecs.service.ecs_service propagate_tags"], tasks_get_no_tags),
        drift(&["ecs.service.ecs_service enable_execute_command"], no_shell_opens),
        drift(&["ecs.service.ecs_service tags.team"], a_tag_is_changed),
        drift(&["ecs.service.ecs_service create"], async |aws| delete(aws, NAME).await),
        drift(
            &[
                "ecs.service.ecs_service launch_type",
                "ecs.service.ecs_service capacity_provider_strategy.FARGATE",
                "ecs.service.ecs_service rollout",
            ],
            async |aws| spread(aws, NAME, 1, 0).await,
        ),
        drift(
            &[
                "ecs.service.batch capacity_provider_strategy.FARGATE.weight",
                "ecs.service.batch capacity_provider_strategy.FARGATE.base",
            ],
            async |aws| spread(aws, BATCH, 2, 1).await,
        ),
    ]
}

fn update(aws: &Account, name: &str) -> UpdateServiceFluentBuilder {
    aws.ecs().update_service().cluster(PREFIX).service(name)
}

async fn live(aws: &Account) -> Service {
    let reply = aws.ecs().describe_services().cluster(PREFIX).services(NAME).send().await.expect("services");
    reply.services.expect("services").remove(0)
}

async fn it_is_rolled_out_again(aws: &Account) {
    update(aws, NAME).force_new_deployment(true).send().await.expect("another deployment");
}

async fn it_runs_another_revision(aws: &Account) {
    let reply = aws.ecs().describe_task_definition().task_definition(NAME).send().await.expect("a task definition");
    let mut task = reply.task_definition.expect("a task definition");
    task.family = Some("by-hand".to_owned());
    task_definition::register(aws, task, None).await;
    update(aws, NAME).task_definition("by-hand").send().await.expect("drift");
}

async fn it_runs_more_tasks(aws: &Account) {
    update(aws, NAME).desired_count(2).send().await.expect("drift");
}

async fn it_runs_on_an_older_platform(aws: &Account) {
    update(aws, NAME).platform_version("1.4.0").send().await.expect("drift");
}

/// Where its tasks run, as `change` leaves it.
async fn network(aws: &Account, change: impl FnOnce(&mut AwsVpcConfiguration)) {
    let mut network: NetworkConfiguration = live(aws).await.network_configuration.expect("a network");
    change(network.awsvpc_configuration.as_mut().expect("a network"));
    update(aws, NAME).network_configuration(network).send().await.expect("drift");
}

async fn it_runs_in_one_subnet(aws: &Account) {
    network(aws, |network| network.subnets.truncate(1)).await;
}

async fn it_runs_in_another_group(aws: &Account) {
    let vpc = aws.id("network.vpc.main").await;
    let call = aws.ec2().create_security_group().vpc_id(vpc).group_name("by-hand").description("by hand");
    let group = call.send().await.expect("a group").group_id.expect("an id");
    network(aws, |network| network.security_groups = Some(vec![group])).await;
}

async fn it_gets_no_public_address(aws: &Account) {
    network(aws, |network| network.assign_public_ip = Some(AssignPublicIp::Disabled)).await;
}

async fn roll(aws: &Account, change: impl FnOnce(&mut DeploymentConfiguration)) {
    let mut rollout = live(aws).await.deployment_configuration.expect("a configuration");
    change(&mut rollout);
    update(aws, NAME).deployment_configuration(rollout).send().await.expect("drift");
}

async fn fewer_tasks_stay(aws: &Account) {
    roll(aws, |rollout| rollout.minimum_healthy_percent = Some(50)).await;
}

async fn fewer_tasks_start(aws: &Account) {
    roll(aws, |rollout| rollout.maximum_percent = Some(150)).await;
}

/// A circuit breaker that never goes back.
async fn breaker(aws: &Account, enable: bool) {
    let breaker = DeploymentCircuitBreaker::builder().enable(enable).rollback(false).build();
    roll(aws, |rollout| rollout.deployment_circuit_breaker = Some(breaker)).await;
}

async fn tasks_get_no_tags(aws: &Account) {
    update(aws, NAME).propagate_tags(PropagateTags::None).send().await.expect("drift");
}

async fn no_shell_opens(aws: &Account) {
    update(aws, NAME).enable_execute_command(false).send().await.expect("drift");
}

async fn a_tag_is_changed(aws: &Account) {
    let arn = live(aws).await.service_arn.expect("an ARN");
    let tag = Tag::builder().key("team").value("by hand").build();
    aws.ecs().tag_resource().resource_arn(arn).tags(tag).send().await.expect("drift");
}

async fn spread(aws: &Account, name: &str, weight: i32, base: i32) {
    let item = CapacityProviderStrategyItem::builder().capacity_provider("FARGATE").weight(weight).base(base);
    let call = update(aws, name).capacity_provider_strategy(item.build().expect("an item"));
    call.force_new_deployment(true).send().await.expect("drift");
}

pub async fn delete(aws: &Account, name: &str) {
    aws.ecs().delete_service().cluster(PREFIX).service(name).force(true).send().await.expect("drift");
}
