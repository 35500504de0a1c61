//! The kinds on the embedded AWS: what is created is found as it was desired, and only what differs is touched.

mod cloud;

use cloud::Cloud;
use deploy_model::FaultKind;

const SECTION: &str = r#"
    [repositories.app]
    keep_images = 5
    force_delete = true
    [services.web]
    cpu = 256
    memory = 512
    execution_role = "exec"
    task_role = "exec"
    subnets = ["public_1"]
    security_groups = ["app"]
    assign_public_ip = true
    enable_execute_command = true
    log_retention_days = 30
    [services.web.containers.web]
    image = "nginx:1.27"
    ports = [80]
    variables = { LEVEL = "info" }
    health_check = { command = "true" }
    init_process = true
"#;

const ORDER: [&str; 5] =
    ["ecs.repository.app", "ecs.log_group.web", "ecs.cluster.main", "ecs.task_definition.web", "ecs.service.web"];

async fn created(section: &str) -> Cloud {
    let mut cloud = Cloud::new().await;
    cloud.desire(section);
    cloud.create(&ORDER).await.expect("everything is made");
    cloud
}

#[tokio::test]
async fn what_was_created_is_found_as_it_was_desired() {
    let cloud = created(SECTION).await;
    assert_eq!(cloud.drift().await, Vec::<String>::new());
    let found: Vec<String> = cloud.discover().await.into_keys().collect();
    let mut expected = ORDER.map(str::to_owned);
    expected.sort();
    assert_eq!(found, expected);
}

fn is_read(call: &str) -> bool {
    call.starts_with("Describe") || call.starts_with("List")
}

#[tokio::test]
async fn each_resource_needs_one_call_to_be_made_and_its_children_one_more() {
    let cloud = created(SECTION).await;
    let calls = cloud.calls();
    let writes: Vec<&String> = calls.iter().filter(|call| !is_read(call)).collect();
    let expected = [
        "CreateRepository",
        "PutLifecyclePolicy",
        "CreateLogGroup",
        "PutRetentionPolicy",
        "CreateCluster",
        "RegisterTaskDefinition",
        "CreateService",
    ];
    assert_eq!(writes, expected);
}

#[tokio::test]
async fn a_discovery_lists_the_clusters_once_and_a_second_one_again() {
    let cloud = created(SECTION).await;
    for _ in 0..2 {
        cloud.calls();
        cloud.discover().await;
        let calls = cloud.calls();
        assert_eq!(calls.len(), 10, "{calls:?}");
        assert_eq!(calls.iter().filter(|call| *call == "ListClusters").count(), 1);
        assert!(!calls.contains(&"ListServices".to_owned()), "the cluster has no more than what is wanted");
    }
}

#[tokio::test]
async fn a_service_that_is_wanted_no_more_is_found_by_listing() {
    let mut cloud = created(SECTION).await;
    cloud.desire("");
    cloud.calls();
    assert!(cloud.discover().await.contains_key("ecs.service.web"));
    assert!(cloud.calls().contains(&"ListServices".to_owned()));
}

#[tokio::test]
async fn only_what_differs_is_changed() {
    let mut cloud = created(SECTION).await;
    cloud.desire(
        &SECTION.replace("log_retention_days = 30", "desired_count = 2").replace("keep_images = 5", "keep_images = 6"),
    );
    cloud.calls();
    assert_eq!(cloud.update("ecs.log_group.web").await.expect("changed"), ["retention_days"]);
    assert!(cloud.calls().contains(&"DeleteRetentionPolicy".to_owned()));
    assert_eq!(cloud.update("ecs.service.web").await.expect("changed"), ["desired_count"]);
    assert_eq!(cloud.update("ecs.repository.app").await.expect("changed"), ["lifecycle_policy"]);
    assert_eq!(cloud.update("ecs.cluster.main").await.expect("same"), Vec::<String>::new());
    assert_eq!(cloud.drift().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_changed_container_is_a_new_revision_and_a_rollout() {
    let mut cloud = created(SECTION).await;
    cloud.desire(&SECTION.replace("info", "debug"));
    assert_eq!(cloud.update("ecs.task_definition.web").await.expect("registered"), ["containers"]);
    assert_eq!(cloud.update("ecs.service.web").await.expect("rolled out"), ["task_definition"]);
    assert_eq!(cloud.drift().await, Vec::<String>::new());
    assert_eq!(cloud.found("ecs.task_definition.web").await.outputs["revision"], 2);
}

#[tokio::test]
async fn the_settings_of_a_cluster_change_in_place() {
    let mut cloud = created(SECTION).await;
    let more = "[cluster]\ncontainer_insights = \"disabled\"\ncapacity_providers = [\"FARGATE\", \"FARGATE_SPOT\"]\n";
    cloud.desire(&(more.to_owned() + SECTION));
    let changed = cloud.update("ecs.cluster.main").await.expect("changed");
    assert_eq!(changed, ["capacity_providers", "container_insights"]);
    assert_eq!(cloud.drift().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_rollout_that_cannot_succeed_fails_with_its_reason() {
    let mut cloud = created(SECTION).await;
    cloud.desire(&SECTION.replace("\"nginx:1.27\"", "{ ecr = \"nobody\" }"));
    cloud.update("ecs.task_definition.web").await.expect("registered");
    let fault = cloud.update("ecs.service.web").await.expect_err("there is no such image");
    assert_eq!(fault.kind, FaultKind::RolloutFailed);
    let said =
        |name: &str| fault.details.iter().find(|detail| detail.name == name).map(|detail| detail.lines.join(" "));
    assert!(said("stopped").is_some_and(|words| words.contains("CannotPullContainerError")), "{fault}");
    assert!(said("now").is_some_and(|words| words.contains("shop-dev-web:1")), "{:?}", fault.details);
    assert!(fault.help.is_some_and(|help| help.contains("--repository-name nobody")));
}

#[tokio::test]
async fn a_first_rollout_that_the_circuit_breaker_ends_has_failed() {
    let mut cloud = Cloud::new().await;
    cloud.desire(&SECTION.replace("\"exec\"", "\"arn:aws:iam::123456789012:role/nobody\""));
    let fault = cloud.create(&ORDER).await.expect_err("nobody can take on that role");
    assert_eq!(fault.kind, FaultKind::RolloutFailed);
    assert!(fault.details[0].lines[0].starts_with("3 tasks stopped: ECS was unable to assume the role"), "{fault}");
}

#[tokio::test]
async fn a_retired_resource_is_found_under_its_new_address() {
    let cloud = created(SECTION).await;
    for live in cloud.discover().await.into_values() {
        cloud.retire(&live).await.expect("retired");
    }
    let found: Vec<String> = cloud.discover().await.into_keys().collect();
    assert_eq!(found.len(), ORDER.len());
    assert!(found.iter().all(|address| address.contains('@')), "{found:?}");
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_may_be_deleted_again() {
    let cloud = created(SECTION).await;
    let live = cloud.discover().await;
    for _ in 0..2 {
        for address in ORDER.iter().rev() {
            cloud.delete(&live[*address]).await.unwrap_or_else(|fault| panic!("{address}: {fault}"));
        }
        assert!(cloud.discover().await.is_empty());
    }
}

#[tokio::test]
async fn a_cluster_with_a_service_says_later() {
    let cloud = created(SECTION).await;
    let cluster = cloud.found("ecs.cluster.main").await;
    let fault = cloud.delete(&cluster).await.expect_err("a service runs in it");
    assert_eq!((fault.kind, fault.retry), (FaultKind::Conflict, deploy_model::Retry::Later));
}

#[tokio::test]
async fn a_name_that_others_have_is_not_taken() {
    let mut other = created(SECTION).await;
    let cluster = other.found("ecs.cluster.main").await;
    other.retire(&cluster).await.expect("another address");
    let fault = other.create(&["ecs.cluster.main"]).await.expect_err("the name is taken");
    assert_eq!(fault.kind, FaultKind::Conflict);
    let fault = other.create(&["ecs.log_group.web"]).await.expect_err("the name is taken");
    assert_eq!(fault.kind, FaultKind::Conflict);
}
