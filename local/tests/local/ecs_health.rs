//! Tasks that are asked how they are, and tasks whose images say how they will go.

use serde_json::{Value, json};

use crate::cloud::article::{Article, NAME, service_name, task_definition};
use crate::cloud::{ACCOUNT, Answer, REGION};

const LONG: u64 = 10_000;

/// The article's revision with a health check, under this tag of its image.
fn checked(tag: &str) -> Value {
    let mut definition = task_definition();
    let container = &mut definition["containerDefinitions"][0];
    container["image"] = json!(format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{NAME}:{tag}"));
    container["healthCheck"] = json!({ "command": ["CMD-SHELL", "true"] });
    definition
}

/// The article's service with one revision in its steady state.
fn running(definition: Value) -> Article {
    let mut article = Article::with_roles();
    article.register(definition);
    article.create_service();
    article.cloud.wait(LONG);
    article
}

#[test]
fn a_deployment_is_complete_when_its_tasks_are_healthy() {
    let mut article = Article::with_roles();
    article.register(checked("latest"));
    article.create_service();
    article.cloud.wait(249);
    let task = &article.tasks("RUNNING")[0];
    assert_eq!((&task["lastStatus"], &task["healthStatus"]), (&json!("RUNNING"), &json!("UNKNOWN")));
    let service = article.described();
    assert_eq!(
        (&service["runningCount"], &service["deployments"][0]["rolloutState"]),
        (&json!(1), &json!("IN_PROGRESS"))
    );
    article.cloud.wait(1);
    let task = &article.tasks("RUNNING")[0];
    assert_eq!((&task["healthStatus"], &task["containers"][0]["healthStatus"]), (&json!("HEALTHY"), &json!("HEALTHY")));
    assert_eq!(article.described()["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn who_is_not_asked_is_unknown_and_good_enough() {
    let mut off = checked("unhealthy");
    off["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["NONE"] });
    let mut none = checked("unhealthy");
    none["containerDefinitions"][0].as_object_mut().expect("a container").remove("healthCheck");
    for definition in [off, none] {
        let mut article = running(definition);
        assert_eq!(article.tasks("RUNNING")[0]["healthStatus"], "UNKNOWN");
        assert_eq!(article.described()["deployments"][0]["rolloutState"], "COMPLETED");
    }
}

#[test]
fn an_unhealthy_revision_fails_and_the_last_one_serves_on() {
    let mut article = running(checked("latest"));
    let good = article.described()["taskDefinition"].clone();
    let bad = article.register(checked("unhealthy"));
    article.update(json!({ "taskDefinition": bad }));
    article.cloud.wait(200);
    let service = article.described();
    let states: Vec<&Value> =
        service["deployments"].as_array().expect("two").iter().map(|d| &d["runningCount"]).collect();
    assert_eq!(states, [1, 1], "what runs and is not healthy yet takes nobody's place");
    article.cloud.wait(LONG);
    let service = article.described();
    assert_eq!((&service["taskDefinition"], &service["runningCount"]), (&good, &json!(1)));
    let stopped = article.tasks("STOPPED");
    assert_eq!(stopped.len(), 3, "the threshold");
    assert_eq!(stopped[0]["stopCode"], "ServiceSchedulerInitiated");
    assert_eq!(stopped[0]["stoppedReason"], "Task failed container health checks");
    assert_eq!(stopped[0]["healthStatus"], "UNHEALTHY");
    let events = article.events();
    assert_eq!(events.iter().filter(|event| *event == "(task N) failed container health checks.").count(), 3);
    assert!(events.contains(&"rolling back to deployment N.".to_owned()), "{events:?}");
}

#[test]
fn a_service_may_give_its_tasks_time() {
    let mut article = Article::with_roles();
    let bad = article.register(checked("unhealthy"));
    let mut body = article.service();
    body["taskDefinition"] = json!(bad);
    body["healthCheckGracePeriodSeconds"] = json!(60);
    article.cloud.ecs("CreateService", body).done();
    article.cloud.wait(150 + 59_999);
    let tasks = article.tasks("RUNNING");
    assert_eq!((tasks.len(), &tasks[0]["healthStatus"]), (1, &json!("UNHEALTHY")));
    assert_eq!(article.described()["deployments"][0]["failedTasks"], 0);
    article.cloud.wait(1);
    assert_eq!(article.described()["deployments"][0]["failedTasks"], 1);
    assert_eq!(article.tasks("STOPPED")[0]["lastStatus"], "DEACTIVATING");
}

#[test]
fn only_essential_containers_decide() {
    let mut definition = checked("latest");
    let mut aside = definition["containerDefinitions"][0].clone();
    (aside["name"], aside["essential"], aside["portMappings"]) = (json!("aside"), json!(false), json!([]));
    aside["image"] = json!(format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{NAME}:unhealthy"));
    definition["containerDefinitions"].as_array_mut().expect("a list").push(aside.clone());
    let mut article = running(definition.clone());
    let task = article.tasks("RUNNING")[0].clone();
    assert_eq!(
        (&task["healthStatus"], &task["containers"][1]["healthStatus"]),
        (&json!("HEALTHY"), &json!("UNHEALTHY"))
    );
    definition["containerDefinitions"][1]["essential"] = json!(true);
    let mut article = running(definition);
    assert_eq!(article.described()["deployments"][0]["rolloutState"], "FAILED", "one of two is not well");
}

#[test]
fn a_task_of_no_service_runs_on_however_it_is() {
    let mut article = Article::with_roles();
    let bad = article.register(checked("unhealthy"));
    let network = article.service()["networkConfiguration"].clone();
    let body =
        json!({ "cluster": NAME, "taskDefinition": bad, "launchType": "FARGATE", "networkConfiguration": network });
    let started = article.cloud.ecs("RunTask", body).done()["tasks"][0]["taskArn"].clone();
    article.cloud.wait(LONG);
    let described = article.cloud.ecs("DescribeTasks", json!({ "cluster": NAME, "tasks": [started] })).done();
    let task = &described["tasks"][0];
    assert_eq!((&task["lastStatus"], &task["healthStatus"]), (&json!("RUNNING"), &json!("UNHEALTHY")));
}

#[test]
fn without_a_breaker_unhealthy_tasks_are_replaced_ever_more_slowly() {
    let mut article = Article::with_roles();
    let bad = article.register(checked("unhealthy"));
    let mut body = article.service();
    (body["taskDefinition"], body["deploymentConfiguration"]) = (json!(bad), json!({}));
    article.cloud.ecs("CreateService", body).done();
    article.cloud.wait(LONG);
    let deployment = article.described()["deployments"][0].clone();
    let failed = deployment["failedTasks"].as_u64().expect("a number");
    assert!((4..10).contains(&failed) && deployment["rolloutState"] == "IN_PROGRESS", "{deployment}");
}

#[test]
fn an_image_can_say_that_it_does_not_start() {
    let mut article = running(checked("fails-to-start"));
    let stopped = article.tasks("STOPPED")[0].clone();
    assert_eq!(stopped["stopCode"], "TaskFailedToStart");
    let reason = stopped["stoppedReason"].as_str().expect("a reason");
    assert!(
        reason.starts_with("CannotStartContainerError: failed to create task for container ecs_service"),
        "{reason}"
    );
    assert_eq!(article.described()["deployments"][0]["rolloutState"], "FAILED");
}

#[test]
fn an_interface_can_outlive_its_task() {
    let mut article = running(task_definition());
    article.cloud.world.settings.interface_linger_ms = 2 * 60 * 60 * 1000;
    article.cloud.ecs("DeleteService", json!({ "cluster": NAME, "service": service_name(), "force": true })).done();
    article.cloud.wait(LONG);
    let clusters = article.cloud.ecs("DeleteCluster", json!({ "cluster": NAME })).done();
    assert_eq!(clusters["cluster"]["status"], "INACTIVE", "the tasks are stopped");
    assert_eq!(article.interfaces(), 1);
    article.cloud.wait(2 * 60 * 60 * 1000 - LONG);
    article.cloud.ecs("ListClusters", json!({})).done();
    assert_eq!(article.interfaces(), 1, "longer than the stopped task can be described");
    article.cloud.wait(100);
    article.cloud.ecs("ListClusters", json!({})).done();
    assert_eq!(article.interfaces(), 0);
}
