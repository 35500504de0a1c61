//! The section, and the task definitions that come of it.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Container, Log, LogGroup, Port, TaskDefinition};
use deploy_plugin::model::{Address, Input, KeyPath, Owner, Problem};
use deploy_plugin::{Blueprint, Graph, Resource, Stage, StageContext};
use proptest::prelude::*;

use crate::config::Config;
use crate::stage::Sidecars;

mod problems;

fn cx() -> StageContext {
    StageContext {
        owner: Owner { application: "shop".into(), environment: "dev".into() },
        prefix: "shop-dev".into(),
        tags: BTreeMap::from([("team".to_owned(), "a".to_owned())]),
    }
}

fn section(text: &str) -> Config {
    toml::from_str(text).expect("a section")
}

fn container(ports: &[u16]) -> Container {
    let port = |container: &u16| Port { container: *container, protocol: "tcp".into(), name: None };
    let options = [
        ("awslogs-group", LogGroup::output("web", "name")),
        ("awslogs-region", Input::Text(vec![cx().region()])),
        ("awslogs-stream-prefix", "ecs".into()),
    ];
    let options = options.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    let plain = serde_json::json!({ "image": "nginx:1.27", "essential": true });
    Container {
        ports: ports.iter().map(port).collect(),
        log: Some(Log { driver: "awslogs".into(), options }),
        ..serde_json::from_value(plain).expect("a container")
    }
}

fn task(containers: &[(&str, Container)]) -> TaskDefinition {
    let containers = containers.iter().map(|(name, container)| ((*name).to_owned(), container.clone()));
    TaskDefinition {
        family: "shop-dev".into(),
        cpu: 256,
        memory: 512,
        network_mode: "awsvpc".into(),
        requires_compatibilities: vec!["FARGATE".into()],
        execution_role: None,
        task_role: None,
        cpu_architecture: None,
        operating_system_family: None,
        ephemeral_storage_gib: None,
        containers: containers.collect(),
        secret_versions: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

/// Two services, `batch` and `web`, with a container each that is named like them.
fn services() -> Graph {
    let mut graph = Graph::new();
    for name in ["batch", "web"] {
        let source = KeyPath::of(["ecs", "services", name]);
        graph.add(name, source, &task(&[(name, container(&[80]))]));
    }
    graph
}

/// What the section makes of the two services.
fn outcome(config: &Config) -> Result<Blueprint, Vec<Problem>> {
    let mut graph = services();
    Stage::desired(&Sidecars, config, &cx(), &mut graph);
    let mut blueprint = graph.finish()?;
    Stage::transform(&Sidecars, config, &cx(), &mut blueprint)?;
    Ok(blueprint)
}

fn joined(text: &str) -> Blueprint {
    outcome(&section(text)).unwrap_or_else(|problems| panic!("{}", told(&problems).join("\n")))
}

fn told(problems: &[Problem]) -> Vec<String> {
    let line = |problem: &Problem| match &problem.help {
        Some(help) => format!("{problem} | {help}"),
        None => problem.to_string(),
    };
    problems.iter().map(line).collect()
}

fn at(service: &str) -> Address {
    format!("ecs.task_definition.{service}").parse().expect("an address")
}

fn of(blueprint: &Blueprint, service: &str) -> TaskDefinition {
    let found = blueprint.all::<TaskDefinition>().find(|(address, _)| **address == at(service));
    found.expect("a task definition").1
}

#[test]
fn nothing_is_added_where_nothing_is_configured() {
    let before = services().finish().expect("nothing is wrong with it");
    assert_eq!(outcome(&Config::default()), Ok(before));
}

#[test]
fn a_sidecar_joins_every_service_and_logs_where_the_service_does() {
    let blueprint = joined(
        r#"
        [containers.otel]
        image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.1"
        command = ["--set", "name={app}/{env}/{service}"]
        variables = { OTEL_RESOURCE_ATTRIBUTES = "service.name={service},deployment.environment={env}", RAW = "${env:X}" }
        memory_reservation = 128
        health_check = { command = ["CMD", "/healthcheck"] }
        ports = [4317, { container = 8125, protocol = "udp" }]
        log = { stream_prefix = "{prefix}" }
        "#,
    );
    for service in ["batch", "web"] {
        let task = of(&blueprint, service);
        let otel = &task.containers["otel"];
        assert!(!otel.essential);
        assert_eq!(otel.command, ["--set", &format!("name=shop/dev/{service}")]);
        let attributes = format!("service.name={service},deployment.environment=dev");
        assert_eq!(otel.variables["OTEL_RESOURCE_ATTRIBUTES"], Input::Value(attributes));
        assert_eq!(otel.variables["RAW"], "${env:X}".into());
        let (ours, theirs) = (&otel.log, &task.containers[service].log);
        let option = |log: &Option<Log>, name: &str| log.as_ref().expect("a log").options[name].clone();
        assert_eq!(option(ours, "awslogs-group"), option(theirs, "awslogs-group"));
        assert_eq!(option(ours, "awslogs-region"), option(theirs, "awslogs-region"));
        assert_eq!(option(ours, "awslogs-stream-prefix"), "shop-dev".into());
        assert_eq!(otel.ports[1].protocol, "udp");
        let check = otel.health_check.as_ref().expect("a check");
        assert_eq!((check.interval, check.timeout, check.retries), (30, 5, 3));
    }
}

#[test]
fn the_services_are_chosen() {
    let has = |text: &str| {
        let blueprint = joined(&format!("[containers.otel]\nimage = 'a'\n{text}"));
        ["batch", "web"].map(|service| of(&blueprint, service).containers.contains_key("otel"))
    };
    assert_eq!(has(""), [true, true]);
    assert_eq!(has("services = ['web']"), [false, true]);
    assert_eq!(has("except = ['web']"), [true, false]);
    assert_eq!(has("services = []"), [false, false]);
}

#[test]
fn the_services_own_containers_wait_and_are_told() {
    let blueprint = joined(
        r#"
        [containers.envoy]
        image = "envoyproxy/envoy:v1.31.2"
        essential = true
        services = ["web"]
        containers_wait_for = "HEALTHY"
        health_check = { command = "curl -f http://localhost:9901/ready" }
        container_variables = { PROXY = "http://localhost:15001", WHO = "{service}" }
        [containers.otel]
        image = "a"
        depends_on = { envoy = "START" }
        services = ["web"]
        "#,
    );
    let task = of(&blueprint, "web");
    let web = &task.containers["web"];
    assert_eq!(web.depends_on, BTreeMap::from([("envoy".to_owned(), "HEALTHY".to_owned())]));
    assert_eq!((&web.variables["PROXY"], &web.variables["WHO"]), (&"http://localhost:15001".into(), &"web".into()));
    assert_eq!(task.containers["otel"].depends_on["envoy"], "START");
    assert!(task.containers["otel"].variables.is_empty() && task.containers["envoy"].depends_on.is_empty());
    let check = task.containers["envoy"].health_check.as_ref().expect("a check");
    assert_eq!(check.command, ["CMD-SHELL", "curl -f http://localhost:9901/ready"]);
    let desired = &blueprint.desired[&at("web")];
    let source = |field: &[&str]| desired.source_of(&KeyPath::of(field.iter().copied())).to_string();
    assert_eq!(source(&["containers", "envoy", "image"]), "sidecar.containers.envoy.image");
    assert_eq!(source(&["containers", "web", "depends_on", "envoy"]), "sidecar.containers.envoy.containers_wait_for");
    assert_eq!(
        source(&["containers", "web", "variables", "PROXY"]),
        "sidecar.containers.envoy.container_variables.PROXY"
    );
    assert_eq!(source(&["containers", "web", "image"]), "ecs.services.web.containers.web.image");
}

#[test]
fn a_variable_that_a_container_has_already_stands() {
    let mut graph = Graph::new();
    let own = Container {
        variables: BTreeMap::from([("A".to_owned(), Input::Reference("network.vpc.main#id".parse().expect("one")))]),
        secrets: BTreeMap::from([("B".to_owned(), "arn:aws:ssm:r:123456789012:parameter/b".into())]),
        ..container(&[])
    };
    graph.add("web", KeyPath::of(["ecs", "services", "web"]), &task(&[("web", own.clone())]));
    let mut blueprint = graph.finish().expect("nothing is wrong with it");
    let config = section("[containers.x]\nimage = 'a'\ncontainer_variables = { A = '1', B = '2', C = '3' }");
    Stage::transform(&Sidecars, &config, &cx(), &mut blueprint).expect("nothing is wrong with it");
    let web = &of(&blueprint, "web").containers["web"];
    assert_eq!(web.variables["A"], own.variables["A"]);
    assert_eq!((web.variables.get("B"), &web.variables["C"]), (None, &"3".into()));
}

#[test]
fn a_log_of_its_own_is_made_once_for_all_services() {
    let blueprint = joined(
        r#"
        [containers.otel]
        image = "a"
        log = { group = "/{app}/{env}/otel", retention_days = 14 }
        "#,
    );
    let logs: Vec<(String, LogGroup)> =
        blueprint.all::<LogGroup>().map(|(address, log)| (address.to_string(), log)).collect();
    let [(address, log)] = logs.as_slice() else { panic!("one log group") };
    assert_eq!((address.as_str(), log.name.as_str()), ("ecs.log_group.sidecar_otel", "/shop/dev/otel"));
    assert_eq!((log.retention_days, log.tags["team"].as_str()), (Some(14), "a"));
    let off = joined("[containers.otel]\nimage = 'a'\nservices = []\nlog = { group = '/x' }");
    assert_eq!(off.all::<LogGroup>().count(), 0);
    for service in ["batch", "web"] {
        let log = of(&blueprint, service).containers["otel"].log.clone().expect("a log");
        assert_eq!(log.options["awslogs-group"], LogGroup::output("sidecar_otel", "name"));
    }
}

#[test]
fn a_log_of_its_own_is_nobody_else_s() {
    let mut graph = services();
    let log = LogGroup { name: "shop-dev-web".into(), retention_days: None, kms_key: None, tags: BTreeMap::new() };
    graph.add("web", KeyPath::of(["ecs", "services", "web"]), &log);
    let config = section("[containers.otel]\nimage = 'a'\nlog = { group = '{prefix}-web' }");
    Stage::desired(&Sidecars, &config, &cx(), &mut graph);
    let mut blueprint = graph.finish().expect("nothing is wrong with it");
    let problems = Stage::transform(&Sidecars, &config, &cx(), &mut blueprint).expect_err("it is taken");
    assert_eq!(
        told(&problems),
        ["sidecar.containers.otel.log.group: `ecs.log_group.web` has the name `shop-dev-web` already \
          | give it another one, or leave `group` out for the log group of the service"]
    );
}

#[test]
fn a_task_that_logs_nowhere_has_a_sidecar_that_logs_nowhere() {
    for log in [None, Some(Log { driver: "awslogs".into(), options: BTreeMap::new() })] {
        let mut graph = Graph::new();
        let own = Container { log, ..container(&[]) };
        graph.add("web", KeyPath::of(["ecs"]), &task(&[("web", own)]));
        let mut blueprint = graph.finish().expect("nothing is wrong with it");
        let config = section("[containers.otel]\nimage = 'a'");
        Stage::transform(&Sidecars, &config, &cx(), &mut blueprint).expect("nothing is wrong with it");
        assert_eq!(of(&blueprint, "web").containers["otel"].log, None);
    }
}

#[test]
fn secrets_are_keys_or_arns_and_a_new_value_rolls_the_service() {
    let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dd-AbCdEf:api::";
    let blueprint = joined(&format!(
        "[containers.one]\nimage = 'a'\nsecrets = ['DD_API_KEY']\nservices = ['web']\n\
         [containers.two]\nimage = {{ repository = 'dd', tag = '7' }}\nsecrets = {{ KEY = '{arn}', OTHER = 'DD_API_KEY' }}\n\
         [containers.three]\nimage = 'a'\nsecrets = ['QUIET']\nroll_on_secret_change = false\n"
    ));
    let reference = |text: &str| Input::Reference(text.parse().expect("a reference"));
    let task = of(&blueprint, "web");
    assert_eq!(task.containers["one"].secrets["DD_API_KEY"], reference("secrets.parameter.DD_API_KEY#arn"));
    assert_eq!(task.containers["two"].secrets["KEY"], Input::from(arn));
    let edition = reference("secrets.parameter.DD_API_KEY#edition");
    assert_eq!(task.secret_versions, BTreeMap::from([("DD_API_KEY".to_owned(), edition)]));
    assert!(matches!(&task.containers["two"].image, Input::Text(parts) if parts.len() == 2));
    let asked: Vec<String> = blueprint.queries.values().map(KeyPath::to_string).collect();
    assert_eq!(asked, ["sidecar.containers.two.secrets.KEY"]);
    let source = blueprint.desired[&at("web")].source_of(&KeyPath::of(["secret_versions", "DD_API_KEY"]));
    assert_eq!(source.to_string(), "sidecar.containers.one.secrets.0");
}

#[test]
fn the_example_of_the_readme_and_the_sections_of_the_suite_are_sections() {
    let readme = include_str!("../README.md");
    let examples = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    for example in examples.filter(|example| example.contains("[sidecar")) {
        let whole: BTreeMap<String, toml::Value> = toml::from_str(example).expect("TOML");
        whole["sidecar"].clone().try_into::<Config>().unwrap_or_else(|error| panic!("{error}"));
        count += 1;
    }
    assert!(count > 0);
    let suite: BTreeMap<String, Config> = toml::from_str(include_str!("../conformance.toml")).expect("sections");
    for (name, config) in suite {
        let problems = outcome(&config).err().unwrap_or_default();
        assert!(problems.is_empty(), "{name}: {}", told(&problems).join("\n"));
    }
}

prop_compose! {
    fn a_sidecar()(
        choice in 0_usize..4,
        waits in any::<bool>(),
        own_log in any::<bool>(),
        secret in any::<bool>(),
        variables in prop::collection::btree_map("[A-C]", "[a-z{}]{0,9}", 0..3),
        index in 0..1000,
    ) -> String {
        let services = ["", "services = ['web']", "except = ['web']", "services = []"][choice];
        let variables = variables.into_iter().map(|(name, value)| format!("{name} = '{value}'")).collect::<Vec<_>>();
        let waits = if waits { "containers_wait_for = 'START'" } else { "" };
        let secret = if secret { "secrets = ['KEY']" } else { "" };
        let log = if own_log { format!("log = {{ group = '/x/{index}' }}") } else { String::new() };
        format!("image = 'a'\n{services}\n{waits}\n{secret}\n{log}\ncontainer_variables = {{ {} }}\n", variables.join(", "))
    }
}

proptest! {
    /// A blueprint that has its sidecars is left as it is, so that whoever asks twice gets one answer.
    #[test]
    fn to_join_twice_is_to_join_once(sidecars in prop::collection::btree_map("[s-v]{1,3}", a_sidecar(), 0..5)) {
        let tables = sidecars.iter().map(|(name, sidecar)| format!("[containers.{name}]\n{sidecar}"));
        let config = section(&tables.collect::<String>());
        if let Ok(once) = outcome(&config) {
            let mut twice = once.clone();
            prop_assert_eq!(Stage::transform(&Sidecars, &config, &cx(), &mut twice), Ok(()));
            prop_assert_eq!(&twice, &once);
        }
    }

    /// What a service's own containers say themselves is never changed.
    #[test]
    fn the_services_own_containers_keep_what_they_say(sidecar in a_sidecar()) {
        let blueprint = outcome(&section(&format!("[containers.side]\n{sidecar}"))).expect("nothing is wrong with it");
        let mut found = of(&blueprint, "web").containers.remove("web").expect("its own");
        found.variables.clear();
        found.depends_on.clear();
        prop_assert_eq!(found, container(&[80]));
    }
}
