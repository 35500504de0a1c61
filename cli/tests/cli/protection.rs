//! `protect = true`: nothing is lost while the files say so, nor while the resources still say so.

use crate::project::{Outcome, Project};

const SECRETS: &str = "[secrets.parameters]\nMY_PARAM_1.generate = 32\nMY_PARAM_2.generate = 32\n";

fn project() -> Project {
    let project = Project::embedded();
    project.write("safe.toml", format!("protect = true\n{SECRETS}"));
    project.run(&["apply", "safe", "--yes"]).success();
    project
}

fn assert_refused(outcome: &Outcome, words: &[&str]) {
    assert_eq!(outcome.code, 5, "{}{}", outcome.stdout, outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "{word}: {}", outcome.stderr);
    }
}

fn destroy(project: &Project) -> Outcome {
    project.run(&["destroy", "safe", "--yes", "--allow-destroy"])
}

#[test]
fn what_the_files_protect_is_not_destroyed() {
    let project = project();
    assert_refused(&destroy(&project), &["the environment is protected", "network.vpc.main", "protect = false"]);
    assert!(project.run(&["plan", "safe"]).success().stdout.contains("No changes"));
}

#[test]
fn to_take_the_line_away_does_not_take_the_protection_away() {
    let project = project();
    project.write("safe.toml", SECRETS);
    assert_refused(&destroy(&project), &["deploy:protect", "network.vpc.main", "ecs.service.ecs_service", "and apply"]);
    // To let the files have the change is a step of its own, and loses nothing.
    let plan = project.run(&["plan", "safe", "--format", "json"]).success().json();
    let changes = plan["changes"].as_array().expect("changes");
    assert!(!changes.is_empty() && changes.iter().all(|change| change["verb"] == "update"), "{plan:#}");
    project.run(&["apply", "safe", "--yes"]).success();
    destroy(&project).success();
}

/// Parameters are listed in another way than everything else.
#[test]
fn secrets_are_protected_too() {
    let project = Project::embedded();
    let secrets = "[secrets.parameters]\nA.generate = 32\nB = { store = \"secrets_manager\", generate = 32 }\n";
    let less = "unset = [\"ecs.repositories\", \"ecs.services\", \"iam.roles\", \"secrets.parameters.MY_PARAM_1\", \"secrets.parameters.MY_PARAM_2\"]\n";
    project.write("safe.toml", format!("{less}protect = true\n{secrets}"));
    project.run(&["apply", "safe", "--yes"]).success();
    project.write("safe.toml", format!("{less}{secrets}"));
    assert_refused(&destroy(&project), &["deploy:protect", "secrets.parameter.A", "secrets.parameter.B"]);
    project.run(&["apply", "safe", "--yes"]).success();
    assert!(project.run(&["plan", "safe"]).success().stdout.contains("No changes"));
    destroy(&project).success();
}

#[test]
fn a_block_that_is_taken_out_is_still_protected() {
    let project = project();
    let smaller = "unset = [\"network.subnets.public_2\"]\n";
    project.write("safe.toml", format!("{smaller}{SECRETS}[ecs.services.ecs_service]\nsubnets = [\"public_1\"]\n"));
    let outcome = project.run(&["apply", "safe", "--yes", "--allow-destroy"]);
    assert_refused(&outcome, &["deploy:protect", "network.subnet.public_2"]);
}
