//! The section, and what is found in plans.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{LogGroup, Service, TaskDefinition};
use deploy_plugin::model::{Address, Finding, Owner, PLAN_FORMAT, Place, Plan, Problem, Severity};
use deploy_plugin::{Answers, AnyStage, Graph, Outlook, Stage, StageContext};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config::{Config, Level, Rule};
use crate::rules::RULES;
use crate::stage::Guardrails;

fn section(text: &str) -> Config {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn plan() -> Plan {
    Plan {
        format: PLAN_FORMAT,
        owner: Owner { application: "shop".into(), environment: "prod".into() },
        place: Place {
            account: "123456789012".into(),
            region: "eu-west-1".into(),
            partition: "aws".into(),
            local: true,
        },
        destroy: false,
        configuration: String::new(),
        changes: Vec::new(),
        steps: Vec::new(),
        unchanged: Vec::new(),
        findings: Vec::new(),
    }
}

fn found(config: &Config, desired: &BTreeMap<Address, Value>) -> Vec<Finding> {
    let (plan, answers) = (plan(), Answers::default());
    Stage::check(&Guardrails, config, &Outlook { plan: &plan, desired, answers: &answers })
}

fn resources(entries: &[(&str, Value)]) -> BTreeMap<Address, Value> {
    entries.iter().map(|(address, inputs)| (address.parse().expect("an address"), inputs.clone())).collect()
}

/// Severity, address and message, and the help before the rule's name.
fn told(text: &str, entries: &[(&str, Value)]) -> Vec<String> {
    let line = |finding: Finding| {
        let severity = match finding.severity {
            Severity::Blocked => "blocked",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let help = finding.help.expect("each has its help");
        let (help, rule) = help.split_once("; the rule is `guardrails.").expect("the rule is named");
        assert!(RULES.iter().any(|(known, _)| rule == format!("{}`", known.key())), "{rule}");
        format!("{severity} {}: {} | {help}", finding.address, finding.message)
    };
    found(&section(text), &resources(entries)).into_iter().map(line).collect()
}

fn group(ingress: &[&str]) -> Value {
    let ingress: BTreeMap<&str, Value> = ingress.iter().map(|rule| (*rule, json!({ "description": "" }))).collect();
    json!({
        "group_name": "app", "description": "app", "vpc_id": { "$ref": "network.vpc.main#id" },
        "ingress": ingress, "egress": {}, "tags": { "team": "a" },
    })
}

fn task(image: Value) -> Value {
    let inputs = json!({
        "family": "web", "cpu": 2048, "memory": 4096, "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
        "execution_role": { "$ref": "iam.role.task_execution#arn" },
        "containers": { "web": { "image": image, "essential": true } }, "tags": { "Team": "a", "cost-center": "" },
    });
    serde_json::from_value::<TaskDefinition>(inputs.clone()).expect("a task definition");
    inputs
}

fn service(desired_count: i32, enable: bool) -> Value {
    let inputs = json!({
        "name": "web", "cluster": { "$ref": "ecs.cluster.main#arn" }, "desired_count": desired_count,
        "task_definition": { "$ref": "ecs.task_definition.web#arn" }, "subnets": [{ "$ref": "network.subnet.a#id" }],
        "assign_public_ip": false, "minimum_healthy_percent": 100, "maximum_percent": 200,
        "circuit_breaker": { "enable": enable, "rollback": enable }, "propagate_tags": "SERVICE",
        "enable_execute_command": false, "tags": {},
    });
    serde_json::from_value::<Service>(inputs.clone()).unwrap_or_else(|error| panic!("{error}"));
    inputs
}

fn log(retention_days: Option<i32>) -> Value {
    let log = LogGroup { name: "web".into(), retention_days, kms_key: None, tags: BTreeMap::new() };
    serde_json::to_value(log).expect("plain data")
}

/// A section with every rule in it, and an environment that breaks each.
const EVERYTHING: &str = r#"
    open_ports = [80, 443]
    pinned_images = true
    registries = ["{account}.dkr.ecr.{region}.amazonaws.com"]
    required_tags = ["team"]
    max_cpu = 1024
    max_memory = 2048
    max_desired_count = 2
    log_retention = true
    circuit_breaker = true
"#;

fn broken_everywhere() -> Vec<(&'static str, Value)> {
    vec![
        ("security.group.app", group(&["tcp 22 0.0.0.0/0"])),
        ("ecs.task_definition.web", task(json!("nginx:1.27"))),
        ("ecs.service.web", service(3, false)),
        ("ecs.log_group.web", log(None)),
    ]
}

#[test]
fn an_empty_section_finds_nothing() {
    assert!(told("", &broken_everywhere()).is_empty());
    assert!(told("required_tags = []\npinned_images = false", &broken_everywhere()).is_empty());
    assert_eq!(AnyStage::section(&Guardrails).defaults["level"], "block");
}

#[test]
fn only_listed_ports_are_open_to_the_internet() {
    let rules = [
        "tcp 22 0.0.0.0/0",
        "tcp 80 0.0.0.0/0",
        "udp 443 ::/0",
        "tcp 80-443 0.0.0.0/0",
        "all 0.0.0.0/0",
        "icmp 0.0.0.0/0",
        "tcp 0.0.0.0/0",
        "tcp 22 128.0.0.0/1",
        "tcp 22 2000::/3",
        "tcp 22 10.0.0.0/8",
        "tcp 22 fc00::/7",
        "tcp 22 group bastion",
        "tcp 22 sg-0123",
        "tcp 22 pl-0123",
        "all self",
    ];
    let open = |rule: &str, help: &str| {
        format!(
            "blocked security.group.app: ingress is open to the internet: `{rule}` \
             | only the ports 80, 443 may be: name the address ranges or groups that need it{help}"
        )
    };
    let mut expected = vec![
        open("all 0.0.0.0/0", ""),
        open("tcp 0.0.0.0/0", ""),
        open("tcp 22 128.0.0.0/1", ", or list 22"),
        open("tcp 22 0.0.0.0/0", ", or list 22"),
        open("tcp 22 2000::/3", ", or list 22"),
        open("tcp 80-443 0.0.0.0/0", ""),
        open("icmp 0.0.0.0/0", ""),
    ];
    let mut found = told("open_ports = [80, 443]", &[("security.group.app", group(&rules))]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let web = [("security.group.app", group(&["tcp 443 ::/0", "tcp 80-81 ::/0"]))];
    assert!(told("open_ports = [80, 81, 443]", &web).is_empty());
    assert_eq!(told("open_ports = []", &web).len(), 2);
}

#[test]
fn images_are_pinned_and_from_where_they_may_be() {
    let digest = "a".repeat(64);
    let at = |image: Value| [("ecs.task_definition.web", task(image))];
    let pinned = |image: Value| told("pinned_images = true", &at(image));
    assert!(pinned(json!(format!("nginx@sha256:{digest}"))).is_empty());
    assert_eq!(
        pinned(json!({ "$text": [{ "$ref": "ecs.repository.app#uri" }, ":latest"] })),
        [
            "blocked ecs.task_definition.web: the image of the container `web` is not pinned: `ecs.repository.app:latest` \
          | name its digest in place of a tag: `@sha256:…` behind a URI, `digest = \"sha256:…\"` for a repository"
        ]
    );
    assert_eq!(
        pinned(json!({ "$ref": "build.image.app#uri" })),
        ["warning ecs.task_definition.web: whether the image of the container `web` is pinned shows only at apply: \
          `build.image.app` | see to it that what it comes from ends with a digest"]
    );
    let from =
        |image: Value| told("registries = ['{account}.dkr.ecr.{region}.amazonaws.com', 'ghcr.io/acme/']", &at(image));
    assert!(from(json!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1")).is_empty());
    assert!(from(json!({ "$text": [{ "$ref": "ecs.repository.app#uri" }, ":latest"] })).is_empty());
    assert!(from(json!("ghcr.io/acme/app:1")).is_empty());
    assert_eq!(
        from(json!("999999999999.dkr.ecr.eu-west-1.amazonaws.com/app:1")),
        ["blocked ecs.task_definition.web: the image of the container `web` is from elsewhere: \
          `999999999999.dkr.ecr.eu-west-1.amazonaws.com/app:1` | images may come from \
          123456789012.dkr.ecr.eu-west-1.amazonaws.com, ghcr.io/acme, and from repositories of this environment"]
    );
    assert_eq!(from(json!({ "$ref": "build.image.app#uri" })).len(), 1);
    assert_eq!(told("registries = []", &at(json!("nginx"))).len(), 1);
}

#[test]
fn what_can_carry_tags_has_them() {
    let entries = [
        ("ecs.task_definition.web", task(json!("a"))),
        ("iam.role.web", json!({ "name": "web" })),
        ("secrets.parameter.KEY", json!({ "name": "KEY", "tags": { "team": { "$ref": "work.team.a#name" } } })),
        ("security.group.app", group(&[])),
        ("work.queue.jobs", json!({ "name": "jobs" })),
        ("work.queue.odd", json!({ "tags": "none" })),
    ];
    assert_eq!(
        told("required_tags = ['team', 'cost-center', 'environment']", &entries),
        [
            "blocked ecs.task_definition.web: it lacks the tags `team` and `cost-center` \
             | keys of tags are told apart by case: write `team`",
            "blocked iam.role.web: it lacks the tags `team` and `cost-center` \
             | set them in `[tags]`, which is put on everything",
            "blocked secrets.parameter.KEY: it lacks the tag `cost-center` | set it in `[tags]`, which is put on everything",
            "blocked security.group.app: it lacks the tag `cost-center` | set it in `[tags]`, which is put on everything",
        ]
    );
}

#[test]
fn sizes_logs_and_rollouts_have_their_limits() {
    let text = "max_cpu = 1024\nmax_memory = 2048\nmax_desired_count = 2\nlog_retention = true\ncircuit_breaker = true";
    let mut entries = broken_everywhere();
    entries.push(("ecs.log_group.audit", log(None)));
    assert_eq!(
        told(text, &entries),
        [
            "blocked ecs.task_definition.web: a task has 2048 CPU units; the limit is 1024 \
             | lower `cpu` of `ecs.services.web`",
            "blocked ecs.task_definition.web: a task has 4096 MiB; the limit is 2048 | lower `memory` of `ecs.services.web`",
            "blocked ecs.service.web: its desired count is 3; the limit is 2 | lower `desired_count` of `ecs.services.web`",
            "blocked ecs.log_group.audit: its events never expire | set for how many days it keeps them",
            "blocked ecs.log_group.web: its events never expire | set `log_retention_days` of `ecs.services.web`",
            "blocked ecs.service.web: a rollout that keeps failing never ends: the circuit breaker is off \
             | set `circuit_breaker = { enable = true }` of `ecs.services.web`",
        ]
    );
    let within = [
        ("ecs.task_definition.web", task(json!("a"))),
        ("ecs.service.web", service(3, true)),
        ("ecs.log_group.web", log(Some(30))),
    ];
    let limits =
        "max_cpu = 2048\nmax_memory = 4096\nmax_desired_count = 3\nlog_retention = true\ncircuit_breaker = true";
    assert!(told(limits, &within).is_empty());
}

#[test]
fn every_rule_can_block_warn_be_off_and_have_its_exemptions() {
    let entries = broken_everywhere();
    let desired = resources(&entries);
    let rules_of = |config: &Config, severity: Severity| {
        let findings = found(config, &desired).into_iter().filter(|finding| finding.severity == severity);
        findings.filter_map(|finding| finding.help).collect::<Vec<_>>().join("\n")
    };
    for (rule, _) in RULES {
        let key = rule.key();
        let is_in = |text: &str, severity| rules_of(&section(text), severity).contains(&format!("`guardrails.{key}`"));
        assert!(is_in(EVERYTHING, Severity::Blocked), "{key}");
        let warns = format!("{EVERYTHING}\nlevels = {{ {key} = 'warn' }}");
        assert!(is_in(&warns, Severity::Warning) && !is_in(&warns, Severity::Blocked), "{key}");
        let off = format!("{EVERYTHING}\nlevels = {{ {key} = 'off' }}");
        assert!(!is_in(&off, Severity::Warning) && !is_in(&off, Severity::Blocked), "{key}");
        let only_this = format!("{EVERYTHING}\nlevel = 'off'\nlevels = {{ {key} = 'block' }}");
        assert_eq!(section(&only_this).level_of(rule), Level::Block);
        assert!(is_in(&only_this, Severity::Blocked), "{key}");
        let exempt = entries.iter().map(|(address, _)| format!("\"{address}\" = ['{key}']\n")).collect::<String>();
        let exempt = format!("{EVERYTHING}\n[exempt]\n{exempt}");
        assert!(!is_in(&exempt, Severity::Blocked), "{key}");
        assert_eq!(
            found(&section(&exempt), &desired).len() + breaches_of(rule, &desired),
            found(&section(EVERYTHING), &desired).len()
        );
    }
}

fn breaches_of(rule: Rule, desired: &BTreeMap<Address, Value>) -> usize {
    let only = section(&format!("{EVERYTHING}\nlevel = 'off'\nlevels = {{ {} = 'block' }}", rule.key()));
    found(&only, desired).len()
}

#[test]
fn what_cannot_be_read_is_no_way_around_a_rule() {
    let mut newer = group(&[]);
    newer["newer"] = json!(true);
    let entries = [("security.group.app", newer)];
    assert_eq!(
        told("open_ports = [80]", &entries),
        [
            "blocked security.group.app: its form is newer than this plugin, so that nobody can tell whether it keeps the rule \
          | build `guardrails` anew with the SDK of this `deploy`, and add it"
        ]
    );
    assert!(told("pinned_images = true", &entries).is_empty());
}

#[test]
fn what_is_wrong_with_the_section_is_told_by_its_key() {
    let text = r#"
        registries = ["ghcr.io/acme", "acme", "https://ghcr.io", "ghcr.io/a:1", "", "{account}.dkr.ecr.{region}.amazonaws.com", "{accuont}.dkr.ecr"]
        required_tags = ["team", "aws:x", ""]
        exempt = { "security.group.app" = ["open_ports"], "bastion" = [] }
    "#;
    let cx = StageContext { owner: plan().owner, prefix: "shop-prod".into(), tags: BTreeMap::new() };
    let mut graph = Graph::new();
    Stage::desired(&Guardrails, &section(text), &cx, &mut graph);
    let problems = graph.finish().expect_err("wrong");
    let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(
        told,
        [
            "guardrails.registries.1: `acme` names no registry",
            "guardrails.registries.2: `https://ghcr.io` is not what an image's name can begin with",
            "guardrails.registries.3: `ghcr.io/a:1` is not what an image's name can begin with",
            "guardrails.registries.4: `` is not what an image's name can begin with",
            "guardrails.registries.6: `{accuont}.dkr.ecr` is not what an image's name can begin with",
            "guardrails.required_tags.1: `aws:x` is a tag that AWS alone can set",
            "guardrails.required_tags.2: a tag's key with 0 characters; 1 to 128 are allowed",
            "guardrails.exempt.bastion: `bastion` is no address",
        ]
    );
}

#[test]
fn the_examples_of_the_readme_and_the_sections_of_the_suite_are_sections() {
    let readme = include_str!("../README.md");
    let examples: Vec<&str> = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let whole: BTreeMap<String, toml::Value> = toml::from_str(example).expect("TOML");
        whole["guardrails"].clone().try_into::<Config>().unwrap_or_else(|error| panic!("{error}"));
    }
    for (rule, _) in RULES {
        assert!(readme.contains(&format!("| `{}`", rule.key())), "README.md shows {}", rule.key());
    }
    let _: BTreeMap<String, Config> = toml::from_str(include_str!("../conformance.toml")).expect("sections");
}

/// Inputs as any plugin could give them: values, references, texts, or nothing.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z:@/.]{0,12}".prop_map(Value::from),
        Just(json!({ "$ref": "network.vpc.main#id" })),
        Just(json!({ "$ref": "nonsense" })),
        Just(json!({ "$text": ["a", { "$ref": "ecs.repository.app#uri" }, 1] })),
        Just(json!({ "$text": [] })),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A well-formed resource with one of its fields replaced, or taken out.
fn mutated() -> impl Strategy<Value = (&'static str, Value)> {
    let whole = prop::sample::select(broken_everywhere());
    (whole, any::<prop::sample::Index>(), prop::option::of(anything())).prop_map(
        |((address, mut inputs), field, value)| {
            let fields = inputs.as_object_mut().expect("a table");
            let name = fields.keys().nth(field.index(fields.len())).expect("a field").clone();
            match value {
                Some(value) => drop(fields.insert(name, value)),
                None => drop(fields.remove(&name)),
            }
            (address, inputs)
        },
    )
}

proptest! {
    #[test]
    fn whatever_the_inputs_are_nothing_panics(
        mutated in prop::collection::vec(mutated(), 0..4),
        image in anything(),
    ) {
        let mut whole = json!({ "image": image, "essential": true });
        whole["log"] = Value::Null;
        let mut odd = task(json!("a"));
        odd["containers"]["web"] = whole;
        let mut desired = resources(&mutated);
        desired.insert("ecs.task_definition.odd".parse().expect("an address"), odd);
        for finding in found(&section(EVERYTHING), &desired) {
            prop_assert!(desired.contains_key(&finding.address) && finding.help.is_some());
        }
    }

    /// A resource is judged by itself: what is found in two environments is found in both together.
    #[test]
    fn what_is_found_does_not_depend_on_the_company(ports in prop::collection::vec(1_u16..1000, 0..6), split in 0_usize..6) {
        let all: Vec<(String, Value)> = ports.iter().enumerate()
            .map(|(index, port)| (format!("security.group.g{index}"), group(&[&format!("tcp {port} 0.0.0.0/0")])))
            .collect();
        let desired = |part: &[(String, Value)]| -> BTreeMap<Address, Value> {
            part.iter().map(|(address, inputs)| (address.parse().expect("an address"), inputs.clone())).collect()
        };
        let (one, other) = all.split_at(split.min(all.len()));
        let config = section("open_ports = [80, 443]");
        let apart = [found(&config, &desired(one)), found(&config, &desired(other))].concat();
        prop_assert_eq!(apart, found(&config, &desired(&all)));
    }
}
