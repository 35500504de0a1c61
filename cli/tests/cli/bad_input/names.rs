//! Names over AWS's limits: each is refused, and none is cut, so that no two can become one.

use super::{refused, refused_file, says};
use crate::project::Project;

const SERVICE: &str = "[ecs.services.ecs_service]\n";
/// Where a name is missing from the file itself, the error stands at what holds it.
const FILE: &str = "environments/bad.toml:";

fn name(length: usize) -> String {
    "n".repeat(length)
}

#[test]
fn every_name_of_a_resource_has_its_limit() {
    let cases = [
        (format!("[iam.roles.ecs_service]\nname = \"{}\"\n", name(65)), "64 are allowed"),
        (format!("[iam.roles.ecs_service.policies.{}]\ngrant = \"write_logs\"\n", name(129)), "128 are allowed"),
        (format!("[iam]\npath = \"/{}/\"\n", name(511)), "512 are allowed"),
        (format!("[ecs.cluster]\nname = \"{}\"\n", name(256)), "1 to 255 are allowed"),
        (format!("{SERVICE}name = \"{}\"\n", name(256)), "1 to 255 are allowed"),
        (format!("{SERVICE}family = \"{}\"\n", name(256)), "1 to 255 are allowed"),
        (format!("{SERVICE}log_group = \"{}\"\n", name(513)), "1 to 512 are allowed"),
        (format!("[ecs.repositories.app]\nname = \"{}\"\n", name(257)), "2 to 256 are allowed"),
        (format!("[security.groups.app]\nname = \"{}\"\n", name(256)), "255 characters"),
        (format!("[network]\nname = \"{}\"\n", name(257)), "256 characters"),
    ];
    for (text, limit) in cases {
        refused_file(text, FILE, &[limit]);
    }
}

#[test]
fn every_name_of_a_parameter_has_its_limit() {
    let parameter = |name: &str| format!("[secrets.parameters.MY_PARAM_1]\nname = \"{name}\"\n");
    let deep = "/l".repeat(16);
    refused_file(parameter(&deep), FILE, &["16 levels; 15 are allowed"]);
    refused_file(parameter(&name(1012)), FILE, &["1011 are allowed"]);
    refused_file(format!("[secrets]\npath = \"{deep}\"\n"), "environments/", &["17 levels; 15 are allowed"]);
}

#[test]
fn every_key_that_becomes_part_of_a_name_or_a_tag_has_its_limit() {
    let subnet = "cidr = \"10.0.9.0/24\"\nzone = \"a\"\n";
    let service = "name = \"short\"\ncpu = 256\nmemory = 512\nexecution_role = \"ecs_task_exec\"\n\
                   subnets = [\"public_1\"]\ncontainers.web.image = { repository = \"app\", tag = \"1\" }\n";
    let container = "image = { repository = \"app\", tag = \"1\" }\n";
    let cases = [
        (format!("[network.subnets.{}]\n{subnet}", name(240)), "a tag holds 256 characters"),
        (format!("[network.route_tables.{}]\n", name(240)), "a tag holds 256 characters"),
        (format!("[secrets.parameters.{}]\n", name(201)), "shorten it to 200"),
        (format!("[security.groups.{}]\nname = \"short\"\n", name(201)), "shorten it to 200"),
        (format!("[ecs.repositories.{}]\nname = \"short\"\n", name(201)), "shorten it to 200"),
        (format!("[ecs.services.{}]\n{service}", name(201)), "shorten it to 200"),
        (format!("[iam.roles.{}]\nname = \"short\"\n", name(201)), "shorten it to 200"),
        (format!("[ecs.services.ecs_service.containers.{}]\n{container}", name(256)), "1 to 255 are allowed"),
        (format!("[tags]\n{} = \"x\"\n", name(129)), "1 to 128 characters"),
        (format!("[tags]\nteam = \"{}\"\n", name(257)), "at most 256 characters"),
        (format!("app = \"{}\"\n", name(33)), "at most 32"),
    ];
    for (text, limit) in cases {
        refused_file(text, FILE, &[limit]);
    }
}

#[test]
fn a_prefix_makes_no_name_too_long_unseen() {
    refused_file(format!("prefix = \"{}\"\n", "p".repeat(60)), "environments/", &["64 are allowed"]);
    refused_file(format!("prefix = \"{}\"\n", "p".repeat(600)), "environments/", &["64 are allowed"]);
}

#[test]
fn two_names_that_are_the_same_up_to_the_limit_are_both_refused() {
    let project = Project::embedded();
    let role = |last: &str| format!("[iam.roles.{last}]\nname = \"{}{last}\"\n", "r".repeat(64));
    project.write("bad.toml", role("a") + &role("b"));
    let outcome = refused(&project, &["apply", "bad", "--yes"], 3);
    says(&outcome, &["environments/bad.toml:2:8", "environments/bad.toml:4:8", "2 errors"]);
}

#[test]
fn two_resources_never_share_a_name() {
    let cases = [
        // IAM compares without regard to case.
        ("[iam.roles]\na.name = \"same\"\nb.name = \"SAME\"\n", "`a` and `b`"),
        ("[secrets.parameters]\na.name = \"/same\"\nb.name = \"/same\"\n", "`a` and `b`"),
        ("[security.groups]\na.name = \"same\"\nb.name = \"same\"\n", "have the same name"),
        ("[ecs.repositories]\na.name = \"same\"\nb.name = \"same\"\n", "ecs.repositories.a"),
    ];
    for (text, words) in cases {
        refused_file(text, FILE, &[words]);
    }
}

/// A key may be as long as a file.
#[test]
fn a_name_as_long_as_a_file_does_not_fill_the_screen() {
    refused_file(format!("[ecs.services.{}]\n", name(500_000)), FILE, &["missing key"]);
    refused_file(format!("[iam.roles.{}]\n", name(500_000)), FILE, &["64 are allowed"]);
}

#[test]
fn a_name_holds_no_character_that_aws_refuses() {
    let cases = [
        (format!("{SERVICE}name = \"a b\"\n"), "letters, digits"),
        (format!("{SERVICE}log_group = \"a b\"\n"), "letters, digits"),
        ("[ecs.repositories.app]\nname = \"Shop\"\n".to_owned(), "lower-case"),
        ("[iam.roles.ecs_service]\nname = \"a/b\"\n".to_owned(), "`/`"),
        ("[secrets.parameters.MY_PARAM_1]\nname = \"/aws/x\"\n".to_owned(), "keeps for itself"),
        ("[security.groups.app]\nname = \"sg-app\"\n".to_owned(), "sg-"),
        ("[secrets.parameters.\"a b\"]\n".to_owned(), "` `"),
        ("app = \"1 shop\"\n".to_owned(), "a letter first"),
        ("prefix = \"{region}\"\n".to_owned(), "placeholder"),
    ];
    for (text, words) in cases {
        refused_file(text, FILE, &[words]);
    }
}
