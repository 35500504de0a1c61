//! Values that are well written and make no sense.

use super::{refused, refused_file, says};
use crate::project::Project;

#[test]
fn an_unknown_key_has_its_place_and_the_nearest() {
    let text = "[ecs.services.ecs_service]\ndesired_cuont = 4\n";
    refused_file(text, "environments/bad.toml:2:1", &["desired_cuont", "desired_count"]);
}

/// Of a section with many keys too, all are shown, on lines that fit the screen.
#[test]
fn an_unknown_key_without_a_neighbour_is_told_all_keys() {
    let project = Project::embedded();
    project.write("bad.toml", "[ecs.services.ecs_service]\nreplicas = 2\n");
    let outcome = refused(&project, &["plan", "bad"], 3);
    says(&outcome, &["help: keys of [ecs.services.*]: ", "desired_count", "wait"]);
    assert!(!outcome.stderr.contains('…'), "{}", outcome.stderr);
    assert!(outcome.stderr.lines().all(|line| line.chars().count() <= 80), "{}", outcome.stderr);
}

#[test]
fn a_wrong_type_has_its_place() {
    refused_file("[ecs.services.ecs_service]\ncpu = \"much\"\n", "environments/bad.toml:2:7", &["cpu", "integer"]);
    refused_file("network = 4\n", "environments/bad.toml:1:11", &["network", "table"]);
    refused_file("production = \"yes\"\n", "environments/bad.toml:1:14", &["production", "boolean"]);
}

#[test]
fn overlapping_subnets_name_each_other() {
    let text = "[network.subnets.public_2]\ncidr = \"10.0.1.128/25\"\n";
    refused_file(text, "environments/bad.toml:2:8", &["public_1", "public_2"]);
}

#[test]
fn a_subnet_outside_its_network_is_refused() {
    let text = "[network.subnets.public_2]\ncidr = \"10.9.1.0/24\"\n";
    refused_file(text, "environments/bad.toml:2:8", &["10.9.1.0/24", "10.0.0.0/16"]);
}

#[test]
fn an_impossible_fargate_size_is_refused() {
    let size = |cpu: u32, memory: u32| format!("[ecs.services.ecs_service]\ncpu = {cpu}\nmemory = {memory}\n");
    refused_file(size(256, 4096), "environments/bad.toml:", &["256", "2048"]);
    refused_file(size(300, 512), "environments/bad.toml:", &["300"]);
    refused_file(size(256, 0), "environments/bad.toml:", &["0"]);
}

#[test]
fn a_secret_that_nobody_declares_is_refused() {
    let text = "[ecs.services.ecs_service.containers.ecs_service]\nsecrets = [\"MY_PARAM_3\"]\n";
    refused_file(text, "environments/bad.toml:2:", &["MY_PARAM_3", "MY_PARAM_1"]);
}

#[test]
fn a_ring_of_references_is_printed() {
    let rule = |other: &str| format!("description = \"x\"\nprotocol = \"tcp\"\nport = 1\ngroups = [\"{other}\"]\n");
    let text = format!("[security.groups.a.ingress.b]\n{}[security.groups.b.ingress.a]\n{}", rule("b"), rule("a"));
    refused_file(&text, "environments/bad.toml", &["security.group.a -> security.group.b -> security.group.a"]);
}

#[test]
fn what_is_no_region_account_or_endpoint_is_refused_with_its_place() {
    let cases = [
        ("region = \"Tokyo\"", "ap-northeast-1"),
        ("region = \"ap-northeast-9z\"", "`ap-northeast-9`"),
        ("region = \"AP-NORTHEAST-1\"", "`ap-northeast-1`"),
        ("region = \"\"", "ap-northeast-1"),
        ("account = \"1234\"", "twelve digits"),
        ("endpoint_url = \"localhost:4566\"", "http://"),
    ];
    for (line, word) in cases {
        refused_file(format!("[aws]\n{line}\n"), "environments/bad.toml:2:", &[word]);
    }
    refused_file("[aws]\naccount = 123456789012\n", "environments/bad.toml:2:11", &["\"123456789012\""]);
}

/// Which region counts is known when the plan is made.
#[test]
fn a_zone_of_another_region_blocks_the_plan() {
    let project = Project::embedded();
    project.write("bad.toml", "[network.subnets.public_1]\nzone = \"eu-west-1a\"\n");
    let plan = project.run(&["plan", "bad", "--format", "json"]).success().json();
    let findings = plan["findings"].as_array().expect("findings");
    let zone = findings.iter().find(|finding| finding["address"] == "network.subnet.public_1").expect("one of it");
    assert_eq!(zone["message"], "the zone `eu-west-1a` is not in the region ap-northeast-1");
    let outcome = refused(&project, &["apply", "bad", "--yes"], 5);
    assert!(outcome.stdout.contains("eu-west-1a") && outcome.stdout.contains("bad.toml:2"), "{}", outcome.stdout);
}

#[test]
fn a_default_environment_must_exist() {
    refused_file("default_environment = \"prdo\"\n", "environments/bad.toml:1:23", &["prdo", "`prod`"]);
}

#[test]
fn what_is_unset_must_be_there() {
    refused_file("unset = [\"ecs.servces\"]\n", "environments/bad.toml:1:10", &["ecs.servces", "ecs.services"]);
}
