//! Tasks that read secrets of Secrets Manager when they start.

use serde_json::{Value, json};

use crate::cloud::article::{Article, NAME, task_definition};
use crate::cloud::{ACCOUNT, Answer, REGION};
use crate::secrets::token;

/// Longer than one attempt takes, shorter than two.
const ONE_ATTEMPT: u64 = 250;
const RETRIEVAL: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                         retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s):";
const KEY: &str = "0123abcd-0000-4000-8000-000000000000";

/// The article's system with a secret, and its ARN.
fn with_secret(more: Value) -> (Article, String) {
    let mut article = Article::with_roles();
    let mut body = json!({
        "Name": "shop/db", "SecretString": r#"{"user":"shop","password":"hunter2"}"#, "ClientRequestToken": token(1),
        "Tags": [{ "Key": "application", "Value": NAME }],
    });
    body.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
    let made = article.cloud.secrets("CreateSecret", body).done();
    (article, made["ARN"].as_str().expect("an ARN").to_owned())
}

/// Lets the execution role do something to a resource.
fn allow(article: &mut Article, action: &str, resource: &str, condition: Value) {
    let mut statement = json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let (name, _) = action.split_once(':').expect("a service");
    let role = ("RoleName", "ecs_parameter_store-ecs_task_exec");
    article.cloud.iam("PutRolePolicy", &[role, ("PolicyName", name), ("PolicyDocument", &document)]);
}

/// Runs a task with this secret; the reason why it stopped, or nothing if it runs.
fn outcome(article: &mut Article, value_from: &str) -> Option<String> {
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["secrets"] = json!([{ "name": "A", "valueFrom": value_from }]);
    let mut run = json!({ "cluster": NAME, "launchType": "FARGATE", "taskDefinition": article.register(definition) });
    run["networkConfiguration"] = article.service()["networkConfiguration"].clone();
    let started = article.cloud.ecs("RunTask", run).done();
    article.cloud.wait(ONE_ATTEMPT);
    let body = json!({ "cluster": NAME, "tasks": [started["tasks"][0]["taskArn"]] });
    let task = article.cloud.ecs("DescribeTasks", body).done()["tasks"][0].clone();
    assert_eq!(task["lastStatus"] == "RUNNING", task["stoppedReason"].is_null(), "{task}");
    task["stoppedReason"].as_str().map(str::to_owned)
}

fn allow_reading(article: &mut Article) {
    allow(article, "secretsmanager:GetSecretValue", "*", Value::Null);
}

#[test]
fn a_task_reads_a_secret_its_keys_its_labels_and_its_versions() {
    let (mut article, arn) = with_secret(json!({}));
    allow_reading(&mut article);
    let put = json!({ "SecretId": arn, "SecretString": r#"{"port":1}"#, "ClientRequestToken": token(2) });
    article.cloud.secrets("PutSecretValue", put).done();
    let (first, second) = (token(1), token(2));
    for behind in [
        String::new(),
        ":::".to_owned(),
        ":port::".to_owned(),
        ":password:AWSPREVIOUS:".to_owned(),
        format!(":user::{first}"),
        format!(":port:AWSCURRENT:{second}"),
    ] {
        assert_eq!(outcome(&mut article, &format!("{arn}{behind}")), None, "{behind}");
    }
    let described = article.cloud.secrets("DescribeSecret", json!({ "SecretId": arn })).done();
    assert!(described["LastAccessedDate"].is_number(), "that a task read it is remembered");
    let partial = arn[..arn.len() - 7].to_owned();
    assert_eq!(outcome(&mut article, &partial), None, "by a part of its ARN");
}

#[test]
fn the_execution_role_must_be_allowed_to_read_a_secret() {
    let (mut article, arn) = with_secret(json!({}));
    let refused = |article: &mut Article| outcome(article, &format!("{arn}:user::")).expect("a refusal");
    let reason = refused(&mut article);
    let session = "User: arn:aws:sts::123456789012:assumed-role/ecs_parameter_store-ecs_task_exec/";
    let start =
        format!("{RETRIEVAL} failed to fetch secret {arn} from secrets manager: AccessDeniedException: {session}");
    let end = format!(
        " is not authorized to perform: secretsmanager:GetSecretValue on resource: {arn} because no identity-based policy \
         allows the secretsmanager:GetSecretValue action"
    );
    assert!(reason.starts_with(&start) && reason.ends_with(&end), "{reason}");
    let action = "secretsmanager:GetSecretValue";
    for (key, allowed) in [("secretsmanager:ResourceTag", true), ("aws:ResourceTag", true), ("aws:RequestTag", false)] {
        let condition = json!({ "StringEquals": { format!("{key}/application"): NAME } });
        allow(&mut article, action, &format!("{}-??????", &arn[..arn.len() - 7]), condition);
        assert_eq!(outcome(&mut article, &arn).is_none(), allowed, "{key}");
    }
    let previous = json!({ "StringEquals": { "secretsmanager:VersionStage": "AWSPREVIOUS" } });
    allow(&mut article, action, "*", previous);
    assert!(refused(&mut article).contains("AccessDeniedException"));
}

#[test]
fn a_missing_secret_a_missing_version_and_a_deleted_secret_are_named() {
    let (mut article, arn) = with_secret(json!({}));
    allow_reading(&mut article);
    let failed =
        |id: &str, cause: &str| Some(format!("{RETRIEVAL} failed to fetch secret {id} from secrets manager: {cause}"));
    let none = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:none-AbCdEf");
    let cause = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
    assert_eq!(outcome(&mut article, &none), failed(&none, cause));
    let elsewhere = arn.replace(REGION, "eu-west-1");
    assert_eq!(outcome(&mut article, &elsewhere), failed(&elsewhere, cause));
    let cause = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: x";
    assert_eq!(outcome(&mut article, &format!("{arn}::x:")), failed(&arn, cause));
    article.cloud.secrets("DeleteSecret", json!({ "SecretId": arn })).done();
    let cause =
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
    assert_eq!(outcome(&mut article, &arn), failed(&arn, cause));
}

#[test]
fn a_missing_key_of_the_value_is_named_and_the_value_is_not() {
    let (mut article, arn) = with_secret(json!({}));
    allow_reading(&mut article);
    let missing = format!("{RETRIEVAL} retrieved secret from Secrets Manager did not contain json key port");
    assert_eq!(outcome(&mut article, &format!("{arn}:port::")), Some(missing));
    for (number, (text, cause)) in [
        ("hunter2", "invalid character looking for beginning of value"),
        ("\"hunter2\"", "json: cannot unmarshal the secret into Go value of type map[string]interface {}"),
        ("{\"hunter2\"", "unexpected end of JSON input"),
    ]
    .into_iter()
    .enumerate()
    {
        let put = json!({ "SecretId": arn, "SecretString": text, "ClientRequestToken": token(number + 2) });
        article.cloud.secrets("PutSecretValue", put).done();
        assert_eq!(outcome(&mut article, &format!("{arn}:port::")), Some(format!("{RETRIEVAL} {cause}")));
        assert_eq!(outcome(&mut article, &arn), None, "the whole value is any text");
    }
}

#[test]
fn a_reference_that_is_none_says_so() {
    let (mut article, arn) = with_secret(json!({}));
    allow_reading(&mut article);
    for wrong in [format!("{arn}:user"), format!("{arn}:user:::"), arn.replace(":secret:", ":parameter:")] {
        let reason = outcome(&mut article, &wrong).expect("a refusal");
        assert!(reason.contains("an invalid ARN format for the AWS Secrets Manager secret was specified"), "{reason}");
    }
}

#[test]
fn the_execution_role_must_be_allowed_to_use_the_key_of_a_customer() {
    let (mut article, arn) = with_secret(json!({ "KmsKeyId": KEY }));
    allow_reading(&mut article);
    let denied = format!(
        "{RETRIEVAL} failed to fetch secret {arn} from secrets manager: AccessDeniedException: Access to KMS is not allowed"
    );
    assert_eq!(outcome(&mut article, &arn), Some(denied));
    allow(&mut article, "kms:Decrypt", &format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"), Value::Null);
    assert_eq!(outcome(&mut article, &arn), None);
}

#[test]
fn without_a_way_out_secrets_manager_cannot_be_reached() {
    let (mut article, arn) = with_secret(json!({}));
    let mut definition = task_definition();
    let container = &mut definition["containerDefinitions"][0];
    container["image"] = json!("public.ecr.aws/docker/library/node:24");
    container["secrets"] = json!([{ "name": "A", "valueFrom": format!("{arn}:user::") }]);
    let mut run = json!({ "cluster": NAME, "launchType": "FARGATE", "taskDefinition": article.register(definition) });
    run["networkConfiguration"] = article.service()["networkConfiguration"].clone();
    run["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
    let started = article.cloud.ecs("RunTask", run).done();
    article.cloud.wait(ONE_ATTEMPT);
    let body = json!({ "cluster": NAME, "tasks": [started["tasks"][0]["taskArn"]] });
    let reason = article.cloud.ecs("DescribeTasks", body).done()["tasks"][0]["stoppedReason"].clone();
    let reason = reason.as_str().expect("a reason");
    let end = format!(
        "failed to fetch secret {arn} from secrets manager: RequestCanceled: request context canceled caused by: context \
         deadline exceeded. Please check your task network configuration."
    );
    assert!(reason.ends_with(&end), "{reason}");
}
