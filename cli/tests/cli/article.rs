//! The article's system, attribute by attribute, as the AWS APIs return it: on the embedded AWS and,
//! where `DEPLOY_TEST_MOTO` names one, on a moto server.

use deploy_aws::Clients;
use serde_json::{Value, json};

use crate::account;
use crate::project::Project;

const NAME: &str = "ecs_parameter_store";
const ACCOUNT: &str = "123456789012";

/// What the article sets: where it is read, and what must stand there.
fn table() -> Vec<(&'static str, Value)> {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let parameters = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "ssm:GetParameters",
        "Resource": format!("arn:aws:ssm:ap-northeast-1:{ACCOUNT}:parameter/*"),
        "Condition": { "StringEquals": { "ssm:resourceTag/application": NAME } } }] });
    let logs = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Resource": "*",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"] }] });
    let managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    let arn = |name: &str| format!("arn:aws:ssm:ap-northeast-1:{ACCOUNT}:parameter/{name}");
    vec![
        ("/vpc/cidr_block", json!("10.0.0.0/16")),
        ("/vpc/enable_dns_support", json!(true)),
        ("/vpc/enable_dns_hostnames", json!(true)),
        ("/vpc/tags/Name", json!(NAME)),
        ("/vpc/tags/application", json!(NAME)),
        ("/internet_gateway/attachments", json!(1)),
        ("/internet_gateway/tags/Name", json!(NAME)),
        ("/subnets/ecs_parameter_store-public_1/cidr_block", json!("10.0.1.0/24")),
        ("/subnets/ecs_parameter_store-public_1/availability_zone", json!("ap-northeast-1a")),
        ("/subnets/ecs_parameter_store-public_2/cidr_block", json!("10.0.2.0/24")),
        ("/subnets/ecs_parameter_store-public_2/availability_zone", json!("ap-northeast-1c")),
        ("/route_table/routes_to_gateway", json!(["0.0.0.0/0"])),
        ("/route_table/associations", json!(2)),
        ("/route_table/tags/Name", json!("ecs_parameter_store-public")),
        ("/security_group/name", json!("ecs_parameter_store-app")),
        ("/security_group/description", json!("Security Group for Application")),
        ("/security_group/tags/Name", json!("ecs_parameter_store-app")),
        ("/security_group/ingress", json!(["-1 self: Allow from This", "tcp 80-80 0.0.0.0/0: Allow from Any HTTP"])),
        ("/security_group/egress", json!(["-1 0.0.0.0/0: Allow to Any"])),
        ("/parameters/MY_PARAM_1/tags/application", json!(NAME)),
        ("/parameters/MY_PARAM_2/tags/application", json!(NAME)),
        ("/roles/ecs_parameter_store-ecs_task_exec/path", json!("/")),
        ("/roles/ecs_parameter_store-ecs_task_exec/trust", trust.clone()),
        ("/roles/ecs_parameter_store-ecs_task_exec/managed_policies", json!([managed])),
        ("/roles/ecs_parameter_store-ecs_task_exec/inline_policies", json!({ "allow_parameter_store": parameters })),
        ("/roles/ecs_parameter_store-ecs_service/trust", trust),
        ("/roles/ecs_parameter_store-ecs_service/managed_policies", json!([])),
        ("/roles/ecs_parameter_store-ecs_service/inline_policies", json!({ "allow_logs": logs })),
        ("/log_group/name", json!("ecs_parameter_store-ecs_service")),
        ("/log_group/retention_days", Value::Null),
        ("/cluster/name", json!(NAME)),
        ("/cluster/status", json!("ACTIVE")),
        ("/cluster/capacity_providers", json!(["FARGATE"])),
        ("/cluster/default_capacity_provider_strategy", json!(["FARGATE"])),
        ("/cluster/settings/containerInsights", json!("enabled")),
        ("/task_definition/family", json!("ecs_parameter_store-ecs_service")),
        ("/task_definition/network_mode", json!("awsvpc")),
        ("/task_definition/requires_compatibilities", json!(["FARGATE"])),
        ("/task_definition/cpu", json!("256")),
        ("/task_definition/memory", json!("512")),
        (
            "/task_definition/execution_role_arn",
            json!(format!("arn:aws:iam::{ACCOUNT}:role/ecs_parameter_store-ecs_task_exec")),
        ),
        (
            "/task_definition/task_role_arn",
            json!(format!("arn:aws:iam::{ACCOUNT}:role/ecs_parameter_store-ecs_service")),
        ),
        ("/task_definition/container/name", json!("ecs_service")),
        (
            "/task_definition/container/image",
            json!(format!("{ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/{NAME}:latest")),
        ),
        ("/task_definition/container/ports", json!([80])),
        (
            "/task_definition/container/secrets",
            json!({ "MY_PARAM_1": arn("MY_PARAM_1"), "MY_PARAM_2": arn("MY_PARAM_2") }),
        ),
        ("/task_definition/container/log_driver", json!("awslogs")),
        (
            "/task_definition/container/log_options",
            json!({
            "awslogs-region": "ap-northeast-1",
            "awslogs-group": "ecs_parameter_store-ecs_service",
            "awslogs-stream-prefix": "ecs" }),
        ),
        ("/service/name", json!("ecs_parameter_store-ecs_service")),
        ("/service/status", json!("ACTIVE")),
        ("/service/platform_version", json!("LATEST")),
        ("/service/desired_count", json!(1)),
        ("/service/running_count", json!(1)),
        ("/service/minimum_healthy_percent", json!(100)),
        ("/service/maximum_percent", json!(200)),
        ("/service/circuit_breaker", json!({ "enable": true, "rollback": true })),
        ("/service/propagate_tags", json!("SERVICE")),
        ("/service/enable_execute_command", json!(true)),
        ("/service/launch_type", json!("FARGATE")),
        ("/service/assign_public_ip", json!("ENABLED")),
        ("/service/subnets", json!(2)),
        ("/service/security_groups", json!(1)),
    ]
}

/// What moto 5 does not keep, each seen on its own: nothing here is our choice.
const MOTO_DROPS: &[&str] = &[
    "/task_definition/container/secrets", // DescribeParameters names no ARN, so the names stand here
    "/service/minimum_healthy_percent",   // the whole deployment configuration is dropped
    "/service/maximum_percent",
    "/service/circuit_breaker",
    "/service/enable_execute_command", // dropped
];

/// What a second plan therefore finds drifted on moto, and rightly so.
const MOTO_DRIFTS: &[&str] = &[
    "ecs.service.ecs_service circuit_breaker.enable",
    "ecs.service.ecs_service circuit_breaker.rollback",
    "ecs.service.ecs_service enable_execute_command",
];

fn differences(account: &Value, dropped: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for (path, expected) in table() {
        let found = account.pointer(path).cloned().unwrap_or(Value::Null);
        let equal = found == expected;
        match (equal, dropped.contains(&path)) {
            (false, false) => lines.push(format!("{path}: expected {expected}, found {found}")),
            (true, true) => lines.push(format!("{path}: is kept after all, take it off the list")),
            _ => {}
        }
    }
    lines
}

/// The repository, which the article makes by hand.
async fn make_repository(clients: &Clients) {
    clients.ecr().writes.create_repository().repository_name(NAME).send().await.expect("a repository");
}

fn bring_up(project: &Project) {
    project.with_clients(async |clients| make_repository(&clients).await);
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", "article"], "a value").success();
    }
    project.run(&["apply", "article", "--yes"]).success();
}

/// The fields that a second plan would change.
fn pending(project: &Project) -> Vec<String> {
    let plan = project.run(&["plan", "article", "--format", "json"]).success().json();
    let fields = |change: &Value| {
        let address = change["address"].as_str().unwrap_or_default().to_owned();
        let fields = change["fields"].as_array().cloned().unwrap_or_default();
        fields.into_iter().map(move |field| format!("{address} {}", field["path"].as_str().unwrap_or_default()))
    };
    plan["changes"].as_array().into_iter().flatten().flat_map(fields).collect()
}

fn read(project: &Project) -> Value {
    project.with_clients(async |clients| account::read(&clients, NAME).await)
}

#[test]
fn every_attribute_on_the_embedded_aws() {
    let project = Project::embedded();
    bring_up(&project);
    assert_eq!(pending(&project), Vec::<String>::new());
    assert_eq!(differences(&read(&project), &[]), Vec::<String>::new());
    project.run(&["destroy", "article", "--yes", "--allow-destroy"]).success();
    assert_eq!(project.run(&["plan", "article", "--format", "json"]).json()["counts"]["unchanged"], json!(0));
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs it without a server must see that it was skipped")]
fn every_attribute_on_moto() {
    let Some(project) = Project::moto() else {
        println!("skipped: DEPLOY_TEST_MOTO names no server");
        return;
    };
    bring_up(&project);
    assert_eq!(pending(&project), MOTO_DRIFTS);
    assert_eq!(differences(&read(&project), MOTO_DROPS), Vec::<String>::new());
    project.run(&["destroy", "article", "--yes", "--allow-destroy"]).success();
}
