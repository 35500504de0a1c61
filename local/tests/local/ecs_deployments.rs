//! Service deployments and service revisions: what is remembered of each rollout, and how one is stopped.

use serde_json::{Value, json};

use crate::cloud;
use crate::cloud::Answer;
use crate::cloud::article::{Article, NAME, service_name, task_definition};

const LONG: u64 = 10_000;
const DAY: u64 = 24 * 60 * 60 * 1000;

fn running() -> Article {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(LONG);
    article
}

/// A revision whose tasks cannot start, because its log group is missing.
fn broken() -> Value {
    let mut definition = task_definition();
    definition["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"] = json!("missing");
    definition
}

/// The service deployments, newest first.
fn history(article: &mut Article) -> Vec<Value> {
    let body = json!({ "cluster": NAME, "service": service_name() });
    let listed = article.cloud.ecs("ListServiceDeployments", body).done();
    listed["serviceDeployments"].as_array().expect("a list").clone()
}

fn statuses(article: &mut Article) -> Vec<Value> {
    history(article).iter().map(|deployment| deployment["status"].clone()).collect()
}

/// The newest service deployment, in full.
fn newest(article: &mut Article) -> Value {
    let arn = history(article)[0]["serviceDeploymentArn"].clone();
    let body = json!({ "serviceDeploymentArns": [arn] });
    article.cloud.ecs("DescribeServiceDeployments", body).done()["serviceDeployments"][0].clone()
}

fn stop(article: &mut Article) -> Result<Value, deploy_local::error::ApiError> {
    let arn = history(article)[0]["serviceDeploymentArn"].clone();
    article.cloud.ecs("StopServiceDeployment", json!({ "serviceDeploymentArn": arn }))
}

#[test]
fn a_deployment_waits_begins_and_ends() {
    let mut article = Article::with_roles();
    let created = article.create_service();
    let arn = created["currentServiceDeployment"].as_str().expect("an ARN").to_owned();
    let state = &article.cloud.world.account(cloud::ACCOUNT).region(cloud::REGION).ecs;
    let record = &state.clusters[NAME].services[&service_name()].service_deployments[0];
    assert_eq!(json!(record.status), "PENDING", "the scheduler has not looked yet");
    let begun = newest(&mut article);
    assert_eq!((&begun["status"], &begun["serviceDeploymentArn"]), (&json!("IN_PROGRESS"), &json!(arn)));
    assert_eq!((&begun["startedAt"], begun.get("finishedAt")), (&begun["createdAt"], None));
    assert_eq!(begun["targetServiceRevision"]["pendingTaskCount"], 1);
    article.cloud.wait(LONG);
    let ended = newest(&mut article);
    assert_eq!((&ended["status"], ended.get("stoppedAt")), (&json!("SUCCESSFUL"), None));
    assert!(ended["finishedAt"].as_f64() > ended["startedAt"].as_f64());
    let service = article.described();
    assert_eq!(service["currentServiceRevisions"][0], ended["targetServiceRevision"]);
    assert_eq!(service["currentServiceRevisions"][0]["runningTaskCount"], 1);
}

#[test]
fn a_rollback_that_was_asked_for_goes_through_its_states() {
    let mut article = running();
    let second = article.register(task_definition());
    article.update(json!({ "taskDefinition": second }));
    stop(&mut article).done();
    let state = &article.cloud.world.account(cloud::ACCOUNT).region(cloud::REGION).ecs;
    let record = &state.clusters[NAME].services[&service_name()].service_deployments[0];
    assert_eq!(json!(record.status), "ROLLBACK_REQUESTED");
    let back = newest(&mut article);
    assert_eq!(back["status"], "ROLLBACK_IN_PROGRESS");
    let reason = "Service deployment rolled back because of a StopServiceDeployment request.";
    assert_eq!((&back["statusReason"], &back["rollback"]["reason"]), (&json!(reason), &json!(reason)));
    let before = article.described()["deployments"].clone();
    stop(&mut article).done();
    assert_eq!(article.described()["deployments"], before, "it continues the rollback operation");
    article.cloud.wait(LONG);
    assert_eq!(statuses(&mut article), ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]);
    assert_eq!(stop(&mut article).code(), "ConflictException");
}

#[test]
fn a_rollback_can_fail_too() {
    let mut article = running();
    // The old task goes first, and then neither revision can start.
    article.update(json!({ "deploymentConfiguration": { "minimumHealthyPercent": 0, "maximumPercent": 100 } }));
    let bad = article.register(broken());
    article.cloud.logs("DeleteLogGroup", json!({ "logGroupName": cloud::article::log_group() })).done();
    article.update(json!({ "taskDefinition": bad }));
    article.cloud.wait(LONG);
    let failed = newest(&mut article);
    assert_eq!(failed["status"], "ROLLBACK_FAILED");
    assert_eq!(failed["statusReason"], "ECS deployment circuit breaker: tasks failed to start.");
    let service = article.described();
    assert_eq!((&service["runningCount"], &service["deployments"][0]["rolloutState"]), (&json!(0), &json!("FAILED")));
}

#[test]
fn the_first_deployment_has_no_way_back_and_is_stopped() {
    let mut article = Article::with_roles();
    article.create_service();
    stop(&mut article).done();
    let stopped = newest(&mut article);
    assert_eq!((&stopped["status"], stopped.get("rollback")), (&json!("STOPPED"), None));
    assert_eq!((&stopped["stoppedAt"], &stopped["finishedAt"]), (&stopped["updatedAt"], &stopped["updatedAt"]));
}

#[test]
fn a_revision_is_remembered_as_it_was() {
    let mut article = running();
    let first = newest(&mut article)["targetServiceRevision"]["arn"].clone();
    let second = article.register(task_definition());
    article.update(json!({ "taskDefinition": second, "platformVersion": "1.3.0" }));
    article.cloud.wait(LONG);
    let arns = json!([first, "arn:aws:ecs:ap-northeast-1:123456789012:service-revision/none/none/1"]);
    let described = article.cloud.ecs("DescribeServiceRevisions", json!({ "serviceRevisionArns": arns })).done();
    let revision = &described["serviceRevisions"][0];
    assert_eq!(revision["serviceRevisionArn"], first);
    assert_ne!(revision["taskDefinition"], json!(second));
    assert_eq!((&revision["platformVersion"], &revision["launchType"]), (&json!("1.4.0"), &json!("FARGATE")));
    assert_eq!(revision["containerImages"][0]["containerName"], "ecs_service");
    assert_eq!(revision["networkConfiguration"]["awsvpcConfiguration"]["subnets"], json!(article.subnets));
    assert_eq!(described["failures"], json!([{ "arn": arns[1], "reason": "MISSING" }]));
    for arns in [vec![], vec!["x"; 21]] {
        let body = json!({ "serviceRevisionArns": arns });
        assert_eq!(article.cloud.ecs("DescribeServiceRevisions", body).code(), "InvalidParameterException");
    }
}

#[test]
fn the_threshold_of_the_breaker_can_be_set() {
    for (threshold, failures) in [
        (json!({ "type": "COUNT", "value": 1 }), 1),
        (json!({ "type": "COUNT", "value": 5 }), 5),
        (json!({ "type": "UNBOUNDED_PERCENT", "value": 200 }), 2),
        (json!({ "type": "BOUNDED_PERCENT", "value": 10 }), 3),
    ] {
        let mut article = running();
        let breaker = json!({ "enable": true, "rollback": true, "thresholdConfiguration": threshold });
        article.update(json!({ "deploymentConfiguration": { "deploymentCircuitBreaker": breaker } }));
        let shown = article.described()["deploymentConfiguration"]["deploymentCircuitBreaker"].clone();
        assert_eq!(shown["thresholdConfiguration"], threshold);
        let bad = article.register(broken());
        article.update(json!({ "taskDefinition": bad }));
        article.cloud.wait(LONG);
        let breaker = newest(&mut article)["deploymentCircuitBreaker"].clone();
        assert_eq!(breaker, json!({ "status": "TRIGGERED", "failureCount": failures, "threshold": failures }));
    }
    let mut article = running();
    let nothing =
        json!({ "enable": true, "rollback": true, "thresholdConfiguration": { "type": "COUNT", "value": 0 } });
    let body = json!({ "cluster": NAME, "service": service_name(),
        "deploymentConfiguration": { "deploymentCircuitBreaker": nothing } });
    assert_eq!(article.cloud.ecs("UpdateService", body).code(), "InvalidParameterException");
}

#[test]
fn the_count_of_failures_is_seen_while_it_grows() {
    let mut article = running();
    let bad = article.register(broken());
    article.update(json!({ "taskDefinition": bad }));
    article.cloud.wait(200);
    let breaker = newest(&mut article)["deploymentCircuitBreaker"].clone();
    assert_eq!(breaker, json!({ "status": "MONITORING", "failureCount": 1, "threshold": 3 }));
}

#[test]
fn a_task_that_runs_forgives_the_failures_unless_told_otherwise() {
    // Of every two tasks one stands in a subnet without a way out: of four tasks two fail, and then a third one.
    for (reset, state) in [(Value::Null, "COMPLETED"), (json!(true), "COMPLETED"), (json!(false), "FAILED")] {
        let mut article = Article::with_roles();
        let vpc = [("Filter.1.Name", "cidr"), ("Filter.1.Value.1", "10.0.0.0/16")];
        let vpcs = article.cloud.ec2("DescribeVpcs", &vpc);
        let vpc = vpcs.get("vpcSet").and_then(|set| set.get("item")).expect("a VPC").text_of("vpcId").to_owned();
        let subnet = article.cloud.ec2("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.9.0/24")]);
        let offline = subnet.get("subnet").expect("a subnet").text_of("subnetId").to_owned();
        let mut body = article.service();
        let mut breaker = json!({ "enable": true, "rollback": false });
        if !reset.is_null() {
            breaker["resetOnHealthyTask"] = reset.clone();
        }
        body["deploymentConfiguration"]["deploymentCircuitBreaker"] = breaker;
        body["desiredCount"] = json!(4);
        body["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!([article.subnets[0], offline]);
        article.cloud.ecs("CreateService", body).done();
        article.cloud.wait(LONG);
        assert_eq!(article.tasks("STOPPED").len(), 3);
        assert_eq!(article.described()["deployments"][0]["rolloutState"], state, "{reset}");
    }
}

#[test]
fn the_history_is_listed_newest_first_page_by_page_for_90_days() {
    let mut article = running();
    for _ in 0..21 {
        article.update(json!({ "forceNewDeployment": true }));
        article.cloud.wait(LONG);
    }
    let service = json!({ "cluster": NAME, "service": service_name() });
    let list = |article: &mut Article, more: Value| {
        let mut body = service.clone();
        body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
        article.cloud.ecs("ListServiceDeployments", body)
    };
    let first = list(&mut article, json!({})).done();
    let items = |page: &Value| page["serviceDeployments"].as_array().expect("a list").clone();
    assert_eq!(items(&first).len(), 20, "twenty unless asked for more");
    assert!(items(&first)[0]["createdAt"].as_f64() > items(&first)[19]["createdAt"].as_f64());
    let rest = list(&mut article, json!({ "nextToken": first["nextToken"] })).done();
    assert_eq!((items(&rest).len(), rest.get("nextToken")), (2, None));
    for bad in [json!({ "maxResults": 0 }), json!({ "maxResults": 101 }), json!({ "nextToken": "x" })] {
        assert_eq!(list(&mut article, bad).code(), "InvalidParameterException");
    }
    let oldest = items(&rest)[1]["createdAt"].clone();
    assert_eq!(items(&list(&mut article, json!({ "createdAt": { "before": oldest } })).done()).len(), 0);
    let after = json!({ "createdAt": { "after": oldest }, "maxResults": 100 });
    assert_eq!(items(&list(&mut article, after).done()).len(), 21);
    assert_eq!(items(&list(&mut article, json!({ "status": ["STOPPED", "PENDING"] })).done()).len(), 0);
    article.cloud.wait(90 * DAY);
    assert_eq!(history(&mut article), [] as [Value; 0]);
    article.update(json!({ "forceNewDeployment": true }));
    article.cloud.wait(LONG);
    assert_eq!(statuses(&mut article), ["SUCCESSFUL"]);
    let sources = newest(&mut article)["sourceServiceRevisions"].clone();
    let arns = json!({ "serviceRevisionArns": [sources[0]["arn"]] });
    let described = article.cloud.ecs("DescribeServiceRevisions", arns).done();
    assert_eq!(described["failures"], json!([]), "a revision stays as long as something names it");
}

#[test]
fn a_deleted_service_takes_its_history_along() {
    let mut article = running();
    let arn = history(&mut article)[0]["serviceDeploymentArn"].clone();
    let delete = json!({ "cluster": NAME, "service": service_name(), "force": true });
    article.cloud.ecs("DeleteService", delete).done();
    article.cloud.wait(LONG);
    assert_eq!(article.described()["status"], "INACTIVE");
    assert_eq!(article.described().get("currentServiceDeployment"), None);
    assert_eq!(history(&mut article), [] as [Value; 0]);
    let described = article.cloud.ecs("DescribeServiceDeployments", json!({ "serviceDeploymentArns": [arn] })).done();
    assert_eq!(described["failures"][0]["reason"], "MISSING");
}
