//! What can happen to a cluster.

use deploy_aws::ecs::types::{CapacityProviderStrategyItem, ClusterSetting, ClusterSettingName, Tag};

use super::account::{Account, PREFIX};
use super::{Drift, drift, service};

const ARN: &str = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop-drift";

/// What can happen while services run in it.
pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["ecs.cluster.main container_insights"], nothing_is_measured),
        drift(&["ecs.cluster.main capacity_providers"], there_is_another_provider),
        drift(
            &[
                "ecs.cluster.main default_capacity_provider_strategy.FARGATE.weight",
                "ecs.cluster.main default_capacity_provider_strategy.FARGATE.base",
            ],
            tasks_are_spread_otherwise,
        ),
        drift(&["ecs.cluster.main default_capacity_provider_strategy.FARGATE"], there_is_no_strategy),
        drift(&["ecs.cluster.main tags.team"], a_tag_is_changed),
    ]
}

/// What AWS refuses while a service is left.
pub fn losses_at_rest() -> Vec<Drift> {
    vec![drift(
        &["ecs.cluster.main create", "ecs.service.ecs_service create", "ecs.service.batch create"],
        the_cluster_is_deleted,
    )]
}

async fn nothing_is_measured(aws: &Account) {
    let setting = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value("disabled").build();
    aws.ecs().update_cluster_settings().cluster(PREFIX).settings(setting).send().await.expect("drift");
}

fn fargate(weight: i32, base: i32) -> CapacityProviderStrategyItem {
    let item = CapacityProviderStrategyItem::builder().capacity_provider("FARGATE");
    item.weight(weight).base(base).build().expect("an item")
}

async fn there_is_another_provider(aws: &Account) {
    let call = aws.ecs().put_cluster_capacity_providers().cluster(PREFIX).capacity_providers("FARGATE");
    let call = call.capacity_providers("FARGATE_SPOT").default_capacity_provider_strategy(fargate(0, 0));
    call.send().await.expect("drift");
}

async fn tasks_are_spread_otherwise(aws: &Account) {
    let call = aws.ecs().put_cluster_capacity_providers().cluster(PREFIX).capacity_providers("FARGATE");
    call.default_capacity_provider_strategy(fargate(2, 1)).send().await.expect("drift");
}

async fn there_is_no_strategy(aws: &Account) {
    let call = aws.ecs().put_cluster_capacity_providers().cluster(PREFIX).capacity_providers("FARGATE");
    call.set_default_capacity_provider_strategy(Some(Vec::new())).send().await.expect("drift");
}

async fn a_tag_is_changed(aws: &Account) {
    let tag = Tag::builder().key("team").value("by hand").build();
    aws.ecs().tag_resource().resource_arn(ARN).tags(tag).send().await.expect("drift");
}

async fn the_cluster_is_deleted(aws: &Account) {
    for name in [service::NAME, service::BATCH] {
        service::delete(aws, name).await;
    }
    aws.ecs().delete_cluster().cluster(PREFIX).send().await.expect("drift");
}
