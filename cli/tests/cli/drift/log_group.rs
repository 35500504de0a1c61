//! What can happen to a log group.

use super::account::Account;
use super::{Drift, drift};

const NAME: &str = "shop-drift-ecs_service";
const ARN: &str = "arn:aws:logs:ap-northeast-1:123456789012:log-group:shop-drift-ecs_service";
const KEY: &str = "arn:aws:kms:ap-northeast-1:123456789012:key/0e1c";

pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["ecs.log_group.ecs_service retention_days"], events_expire_sooner),
        drift(&["ecs.log_group.ecs_service retention_days"], events_never_expire),
        drift(&["ecs.log_group.ecs_service kms_key"], events_are_encrypted_with_a_key),
        drift(&["ecs.log_group.ecs_service tags.team"], a_tag_is_gone),
        drift(
            &[
                "ecs.log_group.ecs_service create",
                "ecs.task_definition.ecs_service containers.ecs_service.log.options.awslogs-group",
                "ecs.service.ecs_service task_definition",
            ],
            the_group_is_deleted,
        ),
    ]
}

async fn events_expire_sooner(aws: &Account) {
    aws.logs().put_retention_policy().log_group_name(NAME).retention_in_days(3).send().await.expect("drift");
}

async fn events_never_expire(aws: &Account) {
    aws.logs().delete_retention_policy().log_group_name(NAME).send().await.expect("drift");
}

async fn events_are_encrypted_with_a_key(aws: &Account) {
    aws.logs().associate_kms_key().log_group_name(NAME).kms_key_id(KEY).send().await.expect("drift");
}

async fn a_tag_is_gone(aws: &Account) {
    aws.logs().untag_resource().resource_arn(ARN).tag_keys("team").send().await.expect("drift");
}

async fn the_group_is_deleted(aws: &Account) {
    aws.logs().delete_log_group().log_group_name(NAME).send().await.expect("drift");
}
