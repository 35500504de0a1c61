//! Services over time: steady states, rollouts, failures, the circuit breaker and the way back.

use deploy_local::Time;
use deploy_local::ecs::progress;
use deploy_local::world::World;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

use crate::cloud::article::{Article, NAME, service_name, task_definition};
use crate::cloud::{ACCOUNT, Answer, Cloud, REGION};

/// More than a rollout of one task takes.
const LONG: u64 = 10_000;

/// A revision whose tasks cannot start, because its log group is missing.
fn broken() -> Value {
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"] = json!("missing");
    definition
}

/// The article's service in its steady state.
fn running() -> Article {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(LONG);
    article
}

#[test]
fn the_articles_service_reaches_its_steady_state() {
    let mut article = Article::with_roles();
    let created = article.create_service();
    assert_eq!((&created["status"], &created["runningCount"]), (&json!("ACTIVE"), &json!(0)));
    assert_eq!(article.described()["pendingCount"], 1);
    article.cloud.wait(74);
    assert_eq!(article.tasks("RUNNING")[0]["lastStatus"], "PROVISIONING");
    article.cloud.wait(1);
    let task = &article.tasks("RUNNING")[0];
    assert_eq!((&task["lastStatus"], &task["attachments"][0]["status"]), (&json!("PENDING"), &json!("ATTACHED")));
    assert_eq!(article.interfaces(), 1);
    article.cloud.wait(75);
    let service = article.described();
    let deployment = &service["deployments"][0];
    assert_eq!((&service["runningCount"], &service["pendingCount"]), (&json!(1), &json!(0)));
    assert_eq!(deployment["rolloutState"], "COMPLETED");
    let reason = format!("ECS deployment {} completed.", deployment["id"].as_str().expect("an id"));
    assert_eq!(deployment["rolloutStateReason"], reason);
    let task = &article.tasks("RUNNING")[0];
    assert_eq!(task["tags"], json!([{ "key": "application", "value": NAME }]), "propagated from the service");
    assert_eq!(task["startedBy"], deployment["id"]);
    assert_eq!(
        article.events(),
        ["has started 1 tasks: (task N).", "(deployment N) deployment completed.", "has reached a steady state."]
    );
}

#[test]
fn a_new_revision_replaces_the_old_one_only_when_it_runs() {
    let mut article = running();
    let second = article.register(task_definition());
    article.update(json!({ "taskDefinition": second }));
    let service = article.described();
    let states: Vec<_> =
        deployments(&service).iter().map(|d| (d["status"].clone(), d["runningCount"].clone())).collect();
    assert_eq!(states, [(json!("PRIMARY"), json!(0)), (json!("ACTIVE"), json!(1))]);
    article.cloud.wait(150);
    let service = article.described();
    assert_eq!(service["deployments"][0]["rolloutState"], "IN_PROGRESS", "the old task still stops");
    assert_eq!(service["runningCount"], 1);
    article.cloud.wait(100);
    let service = article.described();
    assert_eq!(deployments(&service).len(), 1);
    assert_eq!(service["deployments"][0]["taskDefinition"], second);
    assert_eq!(service["deployments"][0]["rolloutState"], "COMPLETED");
    let stopped = &article.tasks("STOPPED")[0];
    assert_eq!(
        (&stopped["lastStatus"], &stopped["stopCode"]),
        (&json!("STOPPED"), &json!("ServiceSchedulerInitiated"))
    );
    assert_eq!(article.interfaces(), 1);
}

#[test]
fn the_same_revision_is_deployed_by_force_only() {
    let mut article = running();
    let before = article.described()["deployments"][0]["id"].clone();
    let same = article.described()["taskDefinition"].clone();
    article.update(json!({ "taskDefinition": same, "enableExecuteCommand": false }));
    assert_eq!(article.described()["deployments"][0]["id"], before);
    article.update(json!({ "forceNewDeployment": true }));
    assert_ne!(article.described()["deployments"][0]["id"], before);
}

#[test]
fn a_rollout_stays_within_its_bounds() {
    for (minimum, maximum) in [(100, 200), (50, 100), (0, 100), (50, 150), (100, 101)] {
        let mut article = Article::with_roles();
        let mut body = article.service();
        body["desiredCount"] = json!(4);
        body["deploymentConfiguration"]["minimumHealthyPercent"] = json!(minimum);
        body["deploymentConfiguration"]["maximumPercent"] = json!(maximum);
        article.cloud.ecs("CreateService", body).done();
        article.cloud.wait(LONG);
        let second = article.register(task_definition());
        article.update(json!({ "taskDefinition": second }));
        for _ in 0..200 {
            article.cloud.wait(10);
            let service = article.described();
            let (up, coming) = (service["runningCount"].as_u64(), service["pendingCount"].as_u64());
            let (up, coming) = (up.expect("a number"), coming.expect("a number"));
            assert!(up * 100 >= 4 * minimum, "{up} of 4 run at {minimum}%");
            assert!((up + coming) * 100 <= 4 * maximum, "{up} + {coming} of 4 at {maximum}%");
        }
        let state = article.described()["deployments"][0]["rolloutState"].clone();
        // Neither a task more nor a task less: such a rollout never ends.
        let stuck = (minimum, maximum) == (100, 101);
        assert_eq!(state == "COMPLETED", !stuck, "{minimum}/{maximum}: {state}");
    }
}

#[test]
fn a_failing_revision_trips_the_breaker_and_the_last_one_comes_back() {
    let mut article = running();
    let good = article.described()["deployments"][0].clone();
    let bad = article.register(broken());
    article.update(json!({ "taskDefinition": bad }));
    article.cloud.wait(LONG);
    let service = article.described();
    assert_eq!(service["taskDefinition"], good["taskDefinition"]);
    assert_eq!(deployments(&service).len(), 1);
    let primary = &service["deployments"][0];
    assert_eq!((&primary["status"], &primary["rolloutState"]), (&json!("PRIMARY"), &json!("COMPLETED")));
    assert_eq!(primary["id"], good["id"]);
    assert_eq!(service["runningCount"], 1, "the old task ran all the time");
    let stopped = article.tasks("STOPPED");
    assert_eq!(stopped.len(), 3);
    assert_eq!(stopped[0]["stopCode"], "TaskFailedToStart");
    let reason = stopped[0]["stoppedReason"].as_str().expect("a reason");
    assert!(reason.starts_with("ResourceInitializationError: failed to validate logger args"), "{reason}");
    assert!(reason.contains("The specified log group does not exist."), "{reason}");
    let events = article.events();
    assert!(events.contains(&"(deployment N) deployment failed: tasks failed to start.".to_owned()), "{events:?}");
    assert!(events.contains(&"rolling back to deployment N.".to_owned()), "{events:?}");
    let body = json!({ "cluster": NAME, "service": service_name() });
    let history = article.cloud.ecs("ListServiceDeployments", body).done();
    let statuses: Vec<_> =
        history["serviceDeployments"].as_array().expect("two").iter().map(|d| &d["status"]).collect();
    assert_eq!(statuses, ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]);
    let arns = json!([history["serviceDeployments"][0]["serviceDeploymentArn"]]);
    let body = json!({ "serviceDeploymentArns": arns });
    let detail = article.cloud.ecs("DescribeServiceDeployments", body).done()["serviceDeployments"][0].clone();
    assert_eq!(detail["deploymentCircuitBreaker"], json!({ "status": "TRIGGERED", "failureCount": 3, "threshold": 3 }));
    assert_eq!(detail["rollback"]["reason"], "ECS deployment circuit breaker: tasks failed to start.");
}

#[test]
fn while_it_fails_the_deployment_says_so() {
    let mut article = running();
    let bad = article.register(broken());
    article.update(json!({ "taskDefinition": bad }));
    article.cloud.wait(200);
    let deployment = article.described()["deployments"][0].clone();
    assert_eq!((&deployment["failedTasks"], &deployment["rolloutState"]), (&json!(1), &json!("IN_PROGRESS")));
}

#[test]
fn without_a_way_back_a_failed_deployment_stands_still() {
    let mut article = Article::with_roles();
    let bad = article.register(broken());
    let mut body = article.service();
    body["taskDefinition"] = json!(bad);
    article.cloud.ecs("CreateService", body).done();
    article.cloud.wait(LONG);
    let deployment = article.described()["deployments"][0].clone();
    assert_eq!((&deployment["rolloutState"], &deployment["failedTasks"]), (&json!("FAILED"), &json!(3)));
    assert_eq!(deployment["rolloutStateReason"], "ECS deployment circuit breaker: tasks failed to start.");
    let failed = article.tasks("STOPPED").len();
    article.cloud.wait(LONG);
    assert_eq!(article.tasks("STOPPED").len(), failed, "nothing more is started");
    let good = format!("{NAME}-ecs_service:1");
    article.update(json!({ "taskDefinition": good }));
    article.cloud.wait(LONG);
    assert_eq!(article.described()["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn without_a_breaker_it_goes_on_trying_ever_more_slowly() {
    let mut article = Article::with_roles();
    let bad = article.register(broken());
    let mut body = article.service();
    body["taskDefinition"] = json!(bad);
    body["deploymentConfiguration"] = json!({});
    article.cloud.ecs("CreateService", body).done();
    article.cloud.wait(LONG);
    let deployment = article.described()["deployments"][0].clone();
    assert_eq!(deployment["rolloutState"], "IN_PROGRESS");
    let failed = deployment["failedTasks"].as_u64().expect("a number");
    assert!((4..10).contains(&failed), "{failed}");
    let complaint = "is unable to consistently start tasks successfully.";
    assert!(article.events().iter().any(|event| event.starts_with(complaint)));
}

#[test]
fn a_deployment_can_be_stopped_and_rolls_back() {
    let mut article = running();
    let good = article.described()["taskDefinition"].clone();
    let second = article.register(task_definition());
    article.update(json!({ "taskDefinition": second }));
    let body = json!({ "cluster": NAME, "service": service_name(), "status": ["IN_PROGRESS"] });
    let listed = article.cloud.ecs("ListServiceDeployments", body).done();
    let arn = listed["serviceDeployments"][0]["serviceDeploymentArn"].clone();
    let abort = json!({ "serviceDeploymentArn": arn, "stopType": "ABORT" });
    assert_eq!(article.cloud.ecs("StopServiceDeployment", abort).code(), "InvalidParameterException");
    article.cloud.ecs("StopServiceDeployment", json!({ "serviceDeploymentArn": arn })).done();
    article.cloud.wait(LONG);
    let service = article.described();
    assert_eq!((&service["taskDefinition"], &service["runningCount"]), (&good, &json!(1)));
    let again = json!({ "serviceDeploymentArn": arn });
    assert_eq!(article.cloud.ecs("StopServiceDeployment", again).code(), "ConflictException");
}

#[test]
fn a_stopped_task_is_replaced() {
    let mut article = running();
    let task = article.tasks("RUNNING")[0]["taskArn"].clone();
    let body = json!({ "cluster": NAME, "task": task, "reason": "because" });
    let stopping = article.cloud.ecs("StopTask", body).done();
    assert_eq!(stopping["task"]["desiredStatus"], "STOPPED");
    article.cloud.wait(LONG);
    assert_eq!(article.tasks("STOPPED")[0]["stoppedReason"], "because");
    assert_eq!(article.described()["runningCount"], 1);
    assert_eq!(article.events().last().map(String::as_str), Some("has reached a steady state."));
}

#[test]
fn scaling_starts_and_stops_tasks_without_a_deployment() {
    let mut article = running();
    let id = article.described()["deployments"][0]["id"].clone();
    for count in [3, 1, 0, 2] {
        article.update(json!({ "desiredCount": count }));
        article.cloud.wait(LONG);
        let service = article.described();
        assert_eq!(service["runningCount"], count);
        assert_eq!(service["deployments"][0]["id"], id);
        assert_eq!(article.interfaces(), count);
    }
}

#[test]
fn tasks_take_turns_on_the_subnets() {
    let mut article = running();
    article.update(json!({ "desiredCount": 2 }));
    article.cloud.wait(LONG);
    let zones: Vec<_> = article.tasks("RUNNING").iter().map(|task| task["availabilityZone"].clone()).collect();
    assert!(zones.contains(&json!("ap-northeast-1a")) && zones.contains(&json!("ap-northeast-1c")), "{zones:?}");
}

#[test]
fn a_deleted_service_drains_before_its_cluster_can_go() {
    let mut article = running();
    let service = json!({ "cluster": NAME, "service": service_name() });
    let cluster = json!({ "cluster": NAME });
    assert_eq!(article.cloud.ecs("DeleteCluster", cluster.clone()).code(), "ClusterContainsServicesException");
    assert_eq!(
        article.cloud.ecs("DeleteService", service.clone()).refusal(),
        "InvalidParameterException: The service cannot be stopped while it is scaled above 0."
    );
    article.update(json!({ "desiredCount": 0 }));
    article.cloud.ecs("DeleteService", service.clone()).done();
    assert_eq!(article.described()["status"], "DRAINING");
    assert_eq!(article.cloud.ecs("ListServices", cluster.clone()).done()["serviceArns"], json!([]));
    let again = article.service();
    assert!(article.cloud.ecs("CreateService", again).refusal().contains("still Draining"));
    article.cloud.wait(50);
    assert_eq!(article.described()["status"], "INACTIVE");
    assert_eq!(article.cloud.ecs("DeleteCluster", cluster.clone()).code(), "ClusterContainsTasksException");
    assert_eq!(article.interfaces(), 1, "the interface outlives the service");
    article.cloud.wait(50);
    assert_eq!(article.cloud.ecs("DeleteService", service).code(), "ServiceNotFoundException");
    assert_eq!(article.cloud.ecs("DeleteCluster", cluster.clone()).done()["cluster"]["status"], "INACTIVE");
    assert_eq!(article.interfaces(), 0);
    assert_eq!(article.cloud.ecs("ListServices", cluster).code(), "ClusterNotFoundException");
}

#[test]
fn a_name_can_be_used_again_after_the_service_is_inactive() {
    let mut article = running();
    let delete = json!({ "cluster": NAME, "service": service_name(), "force": true });
    article.cloud.ecs("DeleteService", delete).done();
    article.cloud.wait(LONG);
    article.create_service();
    article.cloud.wait(LONG);
    assert_eq!((&article.described()["status"], &article.described()["runningCount"]), (&json!("ACTIVE"), &json!(1)));
}

#[test]
fn stopped_tasks_are_forgotten_after_an_hour() {
    let mut article = running();
    article.update(json!({ "desiredCount": 0 }));
    article.cloud.wait(LONG);
    assert_eq!(article.tasks("STOPPED").len(), 1);
    article.cloud.wait(60 * 60 * 1000);
    assert_eq!(article.tasks("STOPPED").len(), 0);
}

#[test]
fn a_call_to_another_service_finds_the_tasks_as_they_are_by_then() {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(LONG);
    let now = article.cloud.now;
    progress::advance_everywhere(&mut article.cloud.world.call(ACCOUNT, "us-east-1", now));
    assert_eq!(article.interfaces(), 1);
    article.cloud.ssm("DeleteParameter", json!({ "Name": "MY_PARAM_1" })).done();
    assert_eq!(article.described()["runningCount"], 1, "it started before the parameter went");
}

/// Everything that time can do, from the same beginning: a rollout of a good and of a bad revision, and a scaling.
fn beginning() -> Cloud {
    let mut article = Article::with_roles();
    let bad = article.register(broken());
    article.create_service();
    let mut other = article.service();
    other["serviceName"] = json!("other");
    other["taskDefinition"] = json!(bad);
    other["desiredCount"] = json!(3);
    other["deploymentConfiguration"] = json!({});
    article.cloud.ecs("CreateService", other).done();
    let mut unhealthy = task_definition();
    unhealthy["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD", "false"] });
    let image =
        unhealthy["containerDefinitions"][0]["image"].as_str().expect("an image").replace("latest", "unhealthy");
    unhealthy["containerDefinitions"][0]["image"] = json!(image);
    let mut third = article.service();
    third["taskDefinition"] = json!(article.register(unhealthy));
    third["serviceName"] = json!("third");
    third["healthCheckGracePeriodSeconds"] = json!(1);
    third["deploymentConfiguration"] = json!({});
    article.cloud.ecs("CreateService", third).done();
    article.cloud.wait(500);
    article.update(json!({ "taskDefinition": bad, "desiredCount": 3 }));
    article.cloud
}

/// The beginning and the world ten seconds later, reached in one step.
static AT_ONCE: LazyLock<(Vec<u8>, Time, Vec<u8>)> = LazyLock::new(|| {
    let mut cloud = beginning();
    let start = cloud.bytes();
    cloud.wait(10_000);
    advance(&mut cloud.world, cloud.now);
    (start, cloud.now, cloud.bytes())
});

fn advance(world: &mut World, now: Time) {
    progress::advance(&mut world.call(ACCOUNT, REGION, now));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn however_often_time_moves_on_it_comes_to_the_same_world(
        mut moments in proptest::collection::vec(0_u64..10_000, 0..100),
    ) {
        let (start, end, expected) = &*AT_ONCE;
        let mut world: World = serde_json::from_slice(start).expect("our own bytes");
        moments.sort_unstable();
        for moment in moments {
            advance(&mut world, Time(end.0 - 10_000 + moment));
        }
        advance(&mut world, *end);
        prop_assert!(serde_json::to_vec(&world).expect("plain data") == *expected);
    }
}

fn deployments(service: &Value) -> &Vec<Value> {
    service["deployments"].as_array().expect("deployments")
}
