//! Tasks that fare as a script says: they fail, end, hang or are not well.

use serde_json::{Value, json};

use crate::cloud::Answer;
use crate::cloud::article::{Article, NAME, log_group, service_name, task_definition};

const LONG: u64 = 10_000;

/// The article's service under these settings, its tasks not yet begun.
fn under(settings: &[(&str, &str)]) -> Article {
    let mut article = Article::with_roles();
    for (name, text) in settings {
        article.cloud.world.settings.set(name, text).expect("a setting");
    }
    article
}

/// The article's service, with nobody to give it up.
fn unwatched(settings: &[(&str, &str)]) -> Article {
    let mut article = under(settings);
    let mut body = article.service();
    body["deploymentConfiguration"]["deploymentCircuitBreaker"] = json!({ "enable": false, "rollback": false });
    article.cloud.ecs("CreateService", body).done();
    article
}

fn deployment(article: &mut Article) -> Value {
    article.described()["deployments"][0].clone()
}

#[test]
fn a_task_fails_for_the_reason_that_is_given() {
    let reason = "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'";
    let mut article = under(&[("tasks", &format!("*ecs_service:1 fails {reason}"))]);
    article.create_service();
    article.cloud.wait(250);
    let task = &article.tasks("STOPPED")[0];
    assert_eq!((&task["stopCode"], &task["stoppedReason"]), (&json!("TaskFailedToStart"), &json!(reason)));
    assert_eq!((&task["containers"][0]["reason"], &task["containers"][0]["exitCode"]), (&json!(reason), &Value::Null));
    assert_eq!(deployment(&mut article)["failedTasks"], 1);
}

#[test]
fn a_container_that_ends_at_once_has_never_run_and_is_counted() {
    let mut article = under(&[("tasks", "*ecs_service:1 exits 3 saying no database\\ngiving up")]);
    article.create_service();
    article.cloud.wait(LONG);
    let tasks = article.tasks("STOPPED");
    assert_eq!(tasks.len(), 3, "the threshold of the circuit breaker");
    let task = &tasks[0];
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert_eq!(task["stoppedReason"], "Essential container in task exited");
    assert_eq!((&task["containers"][0]["exitCode"], &task["startedAt"]), (&json!(3), &Value::Null));
    assert_eq!(deployment(&mut article)["rolloutState"], "FAILED");

    let id = task["taskArn"].as_str().and_then(|arn| arn.rsplit('/').next()).expect("an id");
    let container = task["containers"][0]["name"].as_str().expect("a name");
    let prefix = task_definition()["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-stream-prefix"]
        .as_str()
        .expect("a prefix")
        .to_owned();
    let body = json!({ "logGroupName": log_group(), "logStreamName": format!("{prefix}/{container}/{id}") });
    let events = article.cloud.logs("GetLogEvents", body).done();
    let said: Vec<&Value> = events["events"].as_array().expect("events").iter().map(|e| &e["message"]).collect();
    assert_eq!(said, ["no database", "giving up"]);
}

#[test]
fn a_container_that_ends_later_has_run_and_nobody_counts_it() {
    let mut article = unwatched(&[("tasks", "* exits 137 after 1s"), ("steady", "2s")]);
    article.cloud.wait(150 + 999);
    assert_eq!((article.tasks("RUNNING").len(), article.tasks("STOPPED").len()), (1, 0));
    article.cloud.wait(LONG);
    let stopped = article.tasks("STOPPED");
    assert!(stopped.len() > 5, "a new one each time, at once");
    let container = &stopped[0]["containers"][0];
    assert_eq!(container["exitCode"], 137);
    assert!(container["reason"].as_str().is_some_and(|reason| reason.starts_with("OutOfMemoryError")));
    let deployment = deployment(&mut article);
    assert_eq!((&deployment["failedTasks"], &deployment["rolloutState"]), (&json!(0), &json!("IN_PROGRESS")));
}

#[test]
fn a_deployment_is_complete_when_its_tasks_have_run_for_long_enough() {
    let mut article = under(&[("steady", "2s")]);
    article.create_service();
    article.cloud.wait(150 + 1_999);
    assert_eq!(deployment(&mut article)["rolloutState"], "IN_PROGRESS");
    article.cloud.wait(1);
    assert_eq!(deployment(&mut article)["rolloutState"], "COMPLETED");
}

#[test]
fn a_task_hangs_where_it_is_told_to_and_can_be_stopped() {
    for (place, status) in [("provisioning", "PROVISIONING"), ("pending", "PENDING")] {
        let mut article = under(&[("tasks", &format!("*ecs_service:1 stays {place}"))]);
        article.create_service();
        article.cloud.wait(LONG);
        let task = &article.tasks("RUNNING")[0];
        assert_eq!(task["lastStatus"], status);
        let body = json!({ "cluster": NAME, "service": service_name(), "force": true });
        article.cloud.ecs("DeleteService", body).done();
        article.cloud.wait(LONG);
        assert_eq!(article.tasks("STOPPED").len(), 1);
    }
}

#[test]
fn a_script_makes_a_task_unhealthy() {
    let mut article = under(&[("tasks", "*ecs_service:2 unhealthy")]);
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD-SHELL", "true"] });
    let bad = article.register(definition);
    let mut body = article.service();
    body["taskDefinition"] = json!(bad);
    article.cloud.ecs("CreateService", body).done();
    article.cloud.wait(LONG);
    assert_eq!(article.tasks("STOPPED")[0]["stoppedReason"], "Task failed container health checks");
}

#[test]
fn a_world_with_scripts_goes_on_alike_however_often_it_is_looked_at() {
    let scripts = [("tasks", "* exits 1 after 300ms saying one"), ("steady", "1s")];
    let (mut once, mut often) = (unwatched(&scripts), unwatched(&scripts));
    once.cloud.wait(5_000);
    for _ in 0..50 {
        often.cloud.wait(100);
        often.described();
    }
    assert_eq!(once.described(), often.described());
    assert_eq!(once.cloud.bytes(), often.cloud.bytes());
}
