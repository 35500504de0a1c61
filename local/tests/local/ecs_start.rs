//! What keeps a task from starting, and the words in which it says so.

use serde_json::{Value, json};

use crate::cloud;
use crate::cloud::article::{Article, NAME, task_definition};
use crate::cloud::{ACCOUNT, Answer, REGION};

/// Longer than one attempt takes, shorter than two.
const ONE_ATTEMPT: u64 = 250;
const RETRIEVAL: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                         retrieval failed: unable to retrieve";
const SESSION: &str = "User: arn:aws:sts::123456789012:assumed-role/ecs_parameter_store-ecs_task_exec/";

/// Creates the service; the task that failed, and why.
fn failure(article: &mut Article) -> (Value, String) {
    article.create_service();
    reason(article)
}

fn reason(article: &mut Article) -> (Value, String) {
    article.cloud.wait(ONE_ATTEMPT);
    let task = article.tasks("STOPPED").first().expect("a task that failed").clone();
    assert_eq!((&task["stopCode"], &task["lastStatus"]), (&json!("TaskFailedToStart"), &json!("STOPPED")));
    let reason = task["stoppedReason"].as_str().expect("a reason").to_owned();
    (task, reason)
}

#[test]
fn a_parameter_without_the_tag_is_refused_by_the_role() {
    let mut article = Article::with_roles();
    let body = json!({ "ResourceType": "Parameter", "ResourceId": "MY_PARAM_2", "TagKeys": ["application"] });
    article.cloud.ssm("RemoveTagsFromResource", body).done();
    let (_, reason) = failure(&mut article);
    let start = format!(
        "{RETRIEVAL} secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: {SESSION}"
    );
    let end = format!(
        " is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/\
         MY_PARAM_2 because no identity-based policy allows the ssm:GetParameters action"
    );
    assert!(reason.starts_with(&start) && reason.ends_with(&end), "{reason}");
}

#[test]
fn the_tag_condition_can_use_the_newer_key() {
    let mut article = Article::with_roles();
    article.allow_parameters(json!({ "StringEquals": { "aws:ResourceTag/application": NAME } }));
    article.create_service();
    article.cloud.wait(ONE_ATTEMPT);
    assert_eq!(article.described()["runningCount"], 1);
}

#[test]
fn a_missing_parameter_is_named() {
    let mut article = Article::with_roles();
    article.allow_parameters(Value::Null);
    article.cloud.ssm("DeleteParameter", json!({ "Name": "MY_PARAM_1" })).done();
    let (_, reason) = failure(&mut article);
    assert_eq!(reason, format!("{RETRIEVAL} secrets from ssm: invalid parameters: MY_PARAM_1"));
}

#[test]
fn a_missing_parameter_has_no_tags_that_a_condition_could_match() {
    let mut article = Article::with_roles();
    article.cloud.ssm("DeleteParameter", json!({ "Name": "MY_PARAM_1" })).done();
    let (_, reason) = failure(&mut article);
    assert!(reason.contains("AccessDeniedException") && reason.contains("parameter/MY_PARAM_1"), "{reason}");
}

#[test]
fn secrets_can_be_named_without_an_arn() {
    let mut article = Article::with_roles();
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["secrets"] = json!([{ "name": "A", "valueFrom": "MY_PARAM_1" }]);
    article.register(definition);
    article.create_service();
    article.cloud.wait(ONE_ATTEMPT);
    assert_eq!(article.described()["runningCount"], 1);
}

#[test]
fn roles_must_be_there_and_trust_ecs() {
    let mut missing = Article::new();
    let (_, reason) = failure(&mut missing);
    assert!(reason.starts_with("ECS was unable to assume the role"), "{reason}");

    let mut wrong = Article::new();
    wrong.role("ecs_parameter_store-ecs_task_exec", "ec2.amazonaws.com");
    wrong.role("ecs_parameter_store-ecs_service", "ecs-tasks.amazonaws.com");
    let (_, reason) = failure(&mut wrong);
    assert!(reason.contains("role/ecs_parameter_store-ecs_task_exec"), "{reason}");
}

#[test]
fn the_registry_must_be_allowed() {
    let mut article = Article::new();
    article.role("ecs_parameter_store-ecs_task_exec", "ecs-tasks.amazonaws.com");
    article.role("ecs_parameter_store-ecs_service", "ecs-tasks.amazonaws.com");
    let (_, reason) = failure(&mut article);
    let start = format!(
        "{RETRIEVAL} ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: {SESSION}"
    );
    assert!(reason.starts_with(&start), "{reason}");
}

#[test]
fn the_repository_must_be_there() {
    let mut article = Article::with_roles();
    article.cloud.ecr("DeleteRepository", json!({ "repositoryName": NAME })).done();
    let (task, reason) = failure(&mut article);
    assert!(reason.starts_with("CannotPullContainerError"), "{reason}");
    assert_eq!(task["containers"][0]["reason"], reason);
}

#[test]
fn the_log_group_must_be_there() {
    let mut article = Article::with_roles();
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"] = json!("other");
    let arn = article.register(definition);
    let mut service = article.service();
    service["taskDefinition"] = json!(arn);
    article.cloud.ecs("CreateService", service).done();
    let (_, reason) = reason(&mut article);
    assert_eq!(
        reason,
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to \
         create Cloudwatch log stream : ResourceNotFoundException: The specified log group does not exist. : exit status 1"
    );
}

#[test]
fn a_log_group_is_made_on_demand_if_the_role_may() {
    let mut article = Article::with_roles();
    let mut definition = task_definition();
    let options = &mut definition["containerDefinitions"][0]["logConfiguration"]["options"];
    (options["awslogs-group"], options["awslogs-create-group"]) = (json!("other"), json!("true"));
    article.register(definition);
    let (_, reason) = failure(&mut article);
    let refused = "is not authorized to perform: logs:CreateLogGroup on resource: \
                   arn:aws:logs:ap-northeast-1:123456789012:log-group:other:log-stream: because";
    assert!(reason.contains(refused), "{reason}");
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": "*" }],
    });
    let (role, policy) = (("RoleName", "ecs_parameter_store-ecs_task_exec"), ("PolicyName", "logs"));
    article.cloud.iam("PutRolePolicy", &[role, policy, ("PolicyDocument", &document.to_string())]);
    article.cloud.wait(ONE_ATTEMPT * 4);
    assert_eq!(article.described()["runningCount"], 1);
}

#[test]
fn a_running_task_has_its_log_stream() {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(ONE_ATTEMPT);
    let task = article.tasks("RUNNING")[0]["taskArn"].as_str().expect("an ARN").to_owned();
    let id = task.rsplit('/').next().expect("an id");
    let body = json!({ "logGroupName": cloud::article::log_group() });
    let streams = article.cloud.logs("DescribeLogStreams", body).done();
    assert_eq!(streams["logStreams"][0]["logStreamName"], format!("ecs/ecs_service/{id}"));
}

#[test]
fn without_a_public_address_nothing_can_be_reached() {
    let mut article = Article::with_roles();
    let mut service = article.service();
    service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
    article.cloud.ecs("CreateService", service).done();
    let (_, reason) = reason(&mut article);
    assert!(reason.starts_with(&format!("{RETRIEVAL} ecr registry auth")), "{reason}");
    assert!(reason.ends_with("Please check your task network configuration."), "{reason}");
}

#[test]
fn a_failing_role_rolls_back_and_heals() {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(10_000);
    let good = article.described()["taskDefinition"].clone();
    article.allow_parameters(json!({ "StringEquals": { "ssm:resourceTag/application": "other" } }));
    let second = article.register(task_definition());
    article.update(json!({ "taskDefinition": second }));
    article.cloud.wait(10_000);
    let service = article.described();
    assert_eq!((&service["taskDefinition"], &service["runningCount"]), (&good, &json!(1)));
    article.allow_parameters(Value::Null);
    article.update(json!({ "taskDefinition": second }));
    article.cloud.wait(10_000);
    assert_eq!(article.described()["taskDefinition"], json!(second));
    assert_eq!(article.described()["deployments"][0]["rolloutState"], "COMPLETED");
}
