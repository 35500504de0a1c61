//! What sections become, and every way in which they can be wrong.

use std::collections::BTreeMap;

use deploy_model::{Owner, Problem};
use deploy_plugin::{Blueprint, Graph, Stage, StageContext};
use serde_json::{Value, json};

use crate::Ecs;
use crate::config::EcsConfig;

/// The smallest section; tests add to it or take away.
const SMALLEST: &str = r#"
    [services.web]
    cpu = 256
    memory = 512
    execution_role = "ecs_task_exec"
    subnets = ["public_1", "public_2"]
    [services.web.containers.web]
    image = "nginx:1.27"
"#;

/// The system of the article, in its own flat names.
const ARTICLE: &str = r#"
    [cluster]
    name = "{app}"
    [services.ecs_service]
    cpu = 256
    memory = 512
    execution_role = "ecs_task_exec"
    task_role = "ecs_service"
    subnets = ["public_1", "public_2"]
    security_groups = ["app"]
    assign_public_ip = true
    enable_execute_command = true
    [services.ecs_service.containers.ecs_service]
    image = { ecr = "ecs_parameter_store" }
    ports = [80]
    secrets = ["MY_PARAM_1", "MY_PARAM_2"]
"#;

fn context(application: &str, prefix: &str) -> StageContext {
    let owner = Owner { application: application.into(), environment: "dev".into() };
    StageContext { owner, prefix: prefix.into(), tags: BTreeMap::new() }
}

fn desired(section: &str) -> Result<Blueprint, Vec<Problem>> {
    let config: EcsConfig = toml::from_str(section).expect("a section");
    let mut graph = Graph::new();
    Ecs.desired(&config, &context("ecs_parameter_store", "ecs_parameter_store"), &mut graph);
    graph.finish()
}

fn inputs(section: &str, address: &str) -> Value {
    let blueprint = desired(section).expect("a sound section");
    blueprint.desired[&address.parse().expect("an address")].inputs.clone()
}

/// The problems of the smallest section with `more` in the service and `inside` in its container.
fn problems(more: &str, inside: &str) -> Vec<String> {
    let head = "[services.web.containers.web]";
    let section = SMALLEST.replace(head, &format!("{more}\n{head}")) + inside;
    match desired(&section) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// The path and the help of the only problem.
fn only(more: &str, inside: &str) -> String {
    let problems = problems(more, inside);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().expect("one problem")
}

#[test]
fn nothing_is_desired_of_an_empty_section() {
    assert!(desired("").expect("sound").desired.is_empty());
}

#[test]
fn the_article_needs_four_resources() {
    let blueprint = desired(ARTICLE).expect("a sound section");
    let addresses: Vec<String> = blueprint.desired.keys().map(ToString::to_string).collect();
    let expected =
        ["ecs.cluster.main", "ecs.log_group.ecs_service", "ecs.service.ecs_service", "ecs.task_definition.ecs_service"];
    assert_eq!(addresses, expected);
}

#[test]
fn the_cluster_and_the_log_group_are_those_of_the_article() {
    assert_eq!(
        inputs(ARTICLE, "ecs.cluster.main"),
        json!({
            "name": "ecs_parameter_store",
            "container_insights": "enabled",
            "capacity_providers": ["FARGATE"],
            "default_capacity_provider_strategy": { "FARGATE": { "weight": 0, "base": 0 } },
            "tags": {},
        })
    );
    let name = "ecs_parameter_store-ecs_service";
    assert_eq!(inputs(ARTICLE, "ecs.log_group.ecs_service"), json!({ "name": name, "tags": {} }));
}

#[test]
fn the_task_definition_is_that_of_the_article() {
    let version = |secret: &str| json!({ "$ref": format!("secrets.parameter.{secret}#edition") });
    let mut inputs = inputs(ARTICLE, "ecs.task_definition.ecs_service");
    let container = inputs["containers"]["ecs_service"].take();
    let name = "ecs_parameter_store-ecs_service";
    assert_eq!(
        inputs,
        json!({
            "family": name, "cpu": 256, "memory": 512,
            "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
            "execution_role": { "$ref": "iam.role.ecs_task_exec#arn" },
            "task_role": { "$ref": "iam.role.ecs_service#arn" },
            "containers": { "ecs_service": null },
            "secret_versions": { "MY_PARAM_1": version("MY_PARAM_1"), "MY_PARAM_2": version("MY_PARAM_2") },
            "tags": {},
        })
    );
    let account = |output: &str| json!({ "$ref": format!("deploy.account.current#{output}") });
    assert_eq!(
        container["image"],
        json!({ "$text": [account("id"), ".dkr.ecr.", account("region"), ".amazonaws.com/ecs_parameter_store:latest"] })
    );
    assert_eq!(container["ports"], json!([{ "container": 80, "protocol": "tcp" }]));
    assert_eq!(container["essential"], true);
    assert_eq!(container["secrets"]["MY_PARAM_2"], json!({ "$ref": "secrets.parameter.MY_PARAM_2#arn" }));
    assert_eq!(
        container["log"],
        json!({ "driver": "awslogs", "options": {
            "awslogs-group": { "$ref": "ecs.log_group.ecs_service#name" },
            "awslogs-region": { "$text": [account("region")] },
            "awslogs-stream-prefix": "ecs",
        } })
    );
}

#[test]
fn the_service_is_that_of_the_article() {
    let name = "ecs_parameter_store-ecs_service";
    assert_eq!(
        inputs(ARTICLE, "ecs.service.ecs_service"),
        json!({
            "name": name,
            "cluster": { "$ref": "ecs.cluster.main#arn" },
            "task_definition": { "$ref": "ecs.task_definition.ecs_service#arn" },
            "desired_count": 1, "launch_type": "FARGATE", "capacity_provider_strategy": {},
            "platform_version": "LATEST", "rollout": "completed",
            "subnets": [{ "$ref": "network.subnet.public_1#id" }, { "$ref": "network.subnet.public_2#id" }],
            "security_groups": [{ "$ref": "security.group.app#id" }],
            "assign_public_ip": true,
            "minimum_healthy_percent": 100, "maximum_percent": 200,
            "circuit_breaker": { "enable": true, "rollback": true },
            "propagate_tags": "SERVICE", "enable_execute_command": true,
            "wait": true,
            "log_tail_lines": 20, "tags": {},
        })
    );
}

#[test]
fn every_input_knows_the_key_that_it_comes_from() {
    let blueprint = desired(ARTICLE).expect("a sound section");
    let source = |address: &str, field: &str| {
        let desired = &blueprint.desired[&address.parse().expect("an address")];
        desired.source_of(&field.parse().expect("a path")).to_string()
    };
    assert_eq!(source("ecs.log_group.ecs_service", "retention_days"), "ecs.services.ecs_service.log_retention_days");
    assert_eq!(
        source("ecs.task_definition.ecs_service", "containers.ecs_service.image"),
        "ecs.services.ecs_service.containers.ecs_service.image"
    );
}

#[test]
fn ids_and_arns_stand_for_themselves() {
    let section = SMALLEST.replace("\"public_1\"", "\"subnet-1\"").replace("ecs_task_exec", "arn:aws:iam::1:role/x");
    assert_eq!(inputs(&section, "ecs.service.web")["subnets"][0], "subnet-1");
    assert_eq!(inputs(&section, "ecs.task_definition.web")["execution_role"], "arn:aws:iam::1:role/x");
    let section = SMALLEST.to_owned()
        + "secrets = { URL = \"db_url\", KEY = \"arn:aws:ssm:eu-west-1:123456789012:parameter/key\" }";
    let secrets = &inputs(&section, "ecs.task_definition.web")["containers"]["web"]["secrets"];
    assert_eq!(
        *secrets,
        json!({ "URL": { "$ref": "secrets.parameter.db_url#arn" }, "KEY": "arn:aws:ssm:eu-west-1:123456789012:parameter/key" })
    );
}

#[test]
fn an_image_of_this_environment_comes_from_its_repository() {
    let section = "[repositories.app]\nkeep_images = 3".to_owned()
        + &SMALLEST.replace("\"nginx:1.27\"", "{ repository = \"app\", tag = \"7\" }");
    let image = &inputs(&section, "ecs.task_definition.web")["containers"]["web"]["image"];
    assert_eq!(*image, json!({ "$text": [{ "$ref": "ecs.repository.app#uri" }, ":7"] }));
    let repository = inputs(&section, "ecs.repository.app");
    assert_eq!(repository["name"], "ecs_parameter_store-app");
    assert_eq!(repository["lifecycle_policy"]["rules"][0]["selection"]["countNumber"], 3);
}

#[test]
fn a_strategy_takes_the_place_of_the_launch_type() {
    let section = "[cluster]\ncapacity_providers = [\"FARGATE_SPOT\"]".to_owned()
        + &SMALLEST.replace("cpu = 256", "cpu = 256\ncapacity_provider_strategy.FARGATE_SPOT.weight = 1");
    let service = inputs(&section, "ecs.service.web");
    assert_eq!(service.get("launch_type"), None);
    assert_eq!(service["capacity_provider_strategy"], json!({ "FARGATE_SPOT": { "weight": 1, "base": 0 } }));
}

#[test]
fn the_smallest_section_is_sound() {
    assert_eq!(problems("", ""), Vec::<String>::new());
}

#[test]
fn every_bad_value_is_named_by_its_key() {
    let service = [
        ("log_retention_days = 31", "log_retention_days: CloudWatch cannot keep log events for 31 days"),
        (
            "maximum_percent = 100",
            "maximum_percent: a rollout of 1 task could neither start a new task nor stop an old one",
        ),
        (
            "security_groups = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]",
            "security_groups: a service has at most 5 security groups, and these are 6",
        ),
        ("security_groups = [\"a\", \"a\"]", "security_groups.1: `a` is listed twice"),
        ("security_groups = [\"a b\"]", "security_groups.0: `a b` cannot name a group"),
        ("name = \"a.b\"", "name: `.` cannot be part of the service name `a.b`"),
        ("log_group = \"a b\"", "log_group: ` ` cannot be part of the log group name `a b`"),
        (
            "enable_execute_command = true",
            "enable_execute_command: `execute-command` needs a task role, with which the agent in the container signs in",
        ),
        (
            "capacity_provider_strategy.FARGATE_SPOT.weight = 1",
            "capacity_provider_strategy.FARGATE_SPOT: the cluster has no capacity provider `FARGATE_SPOT`",
        ),
    ];
    for (line, problem) in service {
        assert_eq!(only(line, ""), format!("ecs.services.web.{problem}"));
    }
    let container = [
        ("ports = [80, { container = 80 }]", "ports.1: port 80 (tcp) is taken already"),
        ("variables = { A = \"1\" }\nsecrets = [\"A\"]", "secrets.0: `A` is in `variables` already"),
        ("secrets = [\"A\", \"A\"]", "secrets.1: `A` is listed twice"),
        ("secrets = [\"/a/b\"]", "secrets.0: `/a/b` cannot name a parameter"),
        ("depends_on.db = \"START\"", "depends_on.db: there is no container `db`"),
        ("depends_on.web = \"START\"", "depends_on.web: a container cannot wait for itself"),
        ("ulimits.files = { soft = 1, hard = 1 }", "ulimits.files: there is no limit `files`"),
        ("health_check = { command = [\"true\"] }", "health_check.command: the command does not say how it is run"),
        (
            "memory = 6\nmemory_reservation = 8",
            "memory_reservation: 8 MiB cannot be kept for a container that may use 6",
        ),
    ];
    for (line, problem) in container {
        assert_eq!(only("", line), format!("ecs.services.web.containers.web.{problem}"));
    }
    assert_eq!(
        only("", "essential = false"),
        "ecs.services.web.containers: no container is essential, so no task would ever end"
    );
    assert_eq!(
        only("", "cpu = 512"),
        "ecs.services.web.cpu: the containers ask for 512 CPU units together, and the task has 256"
    );
}

#[test]
fn a_port_is_taken_by_a_sibling_too() {
    let more = "[services.web.containers.agent]\nimage = \"agent\"\nports = [80]";
    assert_eq!(only(more, "ports = [80]"), "ecs.services.web.containers.web.ports.0: port 80 (tcp) is taken already");
    assert!(problems(more, "ports = [{ container = 80, protocol = \"udp\" }]").is_empty());
}

#[test]
fn a_condition_must_be_able_to_come_true() {
    let agent = |more: &str| format!("[services.web.containers.agent]\nimage = \"agent\"\n{more}");
    assert!(
        only(&agent(""), "depends_on.agent = \"HEALTHY\"").ends_with("`agent` has no health check that could pass")
    );
    assert!(
        only(&agent(""), "depends_on.agent = \"SUCCESS\"")
            .ends_with("`agent` is essential: the task ends when it does")
    );
    assert!(problems(&agent("health_check = { command = \"true\" }"), "depends_on.agent = \"HEALTHY\"").is_empty());
}

#[test]
fn two_services_cannot_share_a_name() {
    let section = SMALLEST.to_owned()
        + &SMALLEST.replace("services.web", "services.api").replace("cpu", "name = \"ecs_parameter_store-web\"\ncpu");
    let problems = desired(&section).expect_err("the same name");
    let message = "the service name `ecs_parameter_store-web` is that of `ecs.services.api` already";
    assert_eq!(problems[0].to_string(), format!("ecs.services.web.name: {message}"));
    assert_eq!(problems.len(), 3, "the family and the log group follow the name");
}

#[test]
fn a_name_that_is_too_long_is_never_cut() {
    let name = format!("name = \"{}\"", "x".repeat(256));
    assert!(only(&name, "").contains("has 256 characters; 1 to 255 are allowed"));
}
