//! What can happen to a role.

use deploy_aws::iam::types::Tag;
use serde_json::{Value, json};

use super::account::Account;
use super::{Drift, drift};

/// The role of the application, and the one that starts it.
const TASK: &str = "shop-drift-ecs_service";
const EXECUTION: &str = "shop-drift-ecs_task_exec";
const NEEDED: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["iam.role.ecs_service description"], it_is_described_otherwise),
        drift(&["iam.role.ecs_service max_session_duration"], sessions_last_longer),
        drift(TRUST_FIELDS, nobody_is_trusted),
        drift(&["iam.role.ecs_service permissions_boundary"], it_is_bounded),
        drift(&["iam.role.ecs_service managed_policies"], async |aws| attach(aws, ADMINISTRATOR).await),
        drift(&["iam.role.ecs_task_exec managed_policies"], the_managed_policy_is_detached),
        drift(&["iam.role.ecs_service policies.allow_logs"], a_policy_is_deleted),
        drift(&["iam.role.ecs_service policies.by_hand"], a_policy_is_added),
        drift(POLICY_FIELDS, a_policy_denies_what_it_allowed),
        drift(&["iam.role.ecs_service tags.team"], a_tag_is_changed),
        drift(&["iam.role.ecs_service tags.owner"], a_tag_is_added),
        drift(
            &[
                "iam.role.ecs_task_exec create",
                "ecs.task_definition.ecs_service execution_role",
                "ecs.task_definition.batch execution_role",
                "ecs.service.ecs_service task_definition",
                "ecs.service.batch task_definition",
            ],
            the_role_is_deleted,
        ),
    ]
}

async fn it_is_described_otherwise(aws: &Account) {
    aws.iam().update_role().role_name(TASK).description("by hand").send().await.expect("drift");
}

async fn sessions_last_longer(aws: &Account) {
    aws.iam().update_role().role_name(TASK).max_session_duration(7200).send().await.expect("drift");
}

const TRUST_FIELDS: &[&str] = &[
    "iam.role.ecs_service trust.version",
    "iam.role.ecs_service trust.id",
    "iam.role.ecs_service trust.statements.EcsTasks.effect",
    "iam.role.ecs_service trust.statements.EcsTasks.principals.Service",
    "iam.role.ecs_service trust.statements.EcsTasks.actions",
    "iam.role.ecs_service trust.statements.EcsTasks.conditions",
];

/// Everything that a trust policy has, as nobody asked for it.
async fn nobody_is_trusted(aws: &Account) {
    let principal = json!({ "Service": "ec2.amazonaws.com" });
    let actions = json!(["sts:AssumeRole", "sts:TagSession"]);
    let statement = json!({ "Sid": "EcsTasks", "Effect": "Deny", "Principal": principal, "Action": actions });
    let call = aws.iam().update_assume_role_policy().role_name(TASK);
    call.policy_document(old_document(&statement)).send().await.expect("drift");
}

/// A document of one statement, in the first version of the language and with an id of its own.
fn old_document(statement: &Value) -> String {
    json!({ "Version": "2008-10-17", "Id": "by-hand", "Statement": [statement] }).to_string()
}

async fn it_is_bounded(aws: &Account) {
    let call = aws.iam().put_role_permissions_boundary().role_name(TASK);
    call.permissions_boundary(ADMINISTRATOR).send().await.expect("drift");
}

async fn attach(aws: &Account, policy: &str) {
    aws.iam().attach_role_policy().role_name(TASK).policy_arn(policy).send().await.expect("drift");
}

async fn the_managed_policy_is_detached(aws: &Account) {
    aws.iam().detach_role_policy().role_name(EXECUTION).policy_arn(NEEDED).send().await.expect("drift");
}

async fn a_policy_is_deleted(aws: &Account) {
    aws.iam().delete_role_policy().role_name(TASK).policy_name("allow_logs").send().await.expect("drift");
}

const POLICY_FIELDS: &[&str] = &[
    "iam.role.ecs_service policies.allow_logs.version",
    "iam.role.ecs_service policies.allow_logs.id",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.effect",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.actions",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.not_actions",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.resources",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.not_resources",
    "iam.role.ecs_service policies.allow_logs.statements.WriteLogs.conditions",
];

/// Everything that a policy of a role's own has, as nobody asked for it.
async fn a_policy_denies_what_it_allowed(aws: &Account) {
    let condition = json!({ "Bool": { "aws:SecureTransport": "false" } });
    let statement = json!({
        "Sid": "WriteLogs", "Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::*",
        "Condition": condition,
    });
    put_policy(aws, "allow_logs", old_document(&statement)).await;
}

async fn a_policy_is_added(aws: &Account) {
    let statement = json!({ "Effect": "Allow", "Action": "logs:*", "Resource": "*" });
    put_policy(aws, "by_hand", old_document(&statement)).await;
}

async fn put_policy(aws: &Account, name: &str, document: String) {
    let call = aws.iam().put_role_policy().role_name(TASK).policy_name(name);
    call.policy_document(document).send().await.expect("drift");
}

async fn tag(aws: &Account, key: &str) {
    let tag = Tag::builder().key(key).value("by hand").build().expect("a tag");
    aws.iam().tag_role().role_name(TASK).tags(tag).send().await.expect("drift");
}

async fn a_tag_is_changed(aws: &Account) {
    tag(aws, "team").await;
}

async fn a_tag_is_added(aws: &Account) {
    tag(aws, "owner").await;
}

async fn the_role_is_deleted(aws: &Account) {
    the_managed_policy_is_detached(aws).await;
    let call = aws.iam().delete_role_policy().role_name(EXECUTION).policy_name("allow_parameter_store");
    call.send().await.expect("deleted");
    aws.iam().delete_role().role_name(EXECUTION).send().await.expect("drift");
}
