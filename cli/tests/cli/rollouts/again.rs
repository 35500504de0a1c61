//! A rollout that does not succeed is told as it is: by the run that began it, and by every run after it until it has
//! succeeded.

use super::{NO_TASKS, apply, assert_failed};
use crate::project::Project;

/// Without a public address in a public subnet, tasks cannot reach the registry. A plan foresees that in the subnets
/// that it knows: so this one is named by its id.
fn private(project: &Project) -> [String; 4] {
    let status = project.run(&["status", "dev", "--format", "json"]).success().json();
    let rows = status["resources"].as_array().expect("resources");
    let row = rows.iter().find(|row| row["address"] == "network.subnet.public_1").expect("a subnet");
    let subnet = row["id"].as_str().expect("an id");
    let set = "--set".to_owned();
    let subnets = format!("ecs.services.ecs_service.subnets=[\"{subnet}\"]");
    [set.clone(), "ecs.services.ecs_service.assign_public_ip=false".to_owned(), set, subnets]
}

fn words(options: &[String]) -> Vec<&str> {
    options.iter().map(String::as_str).collect()
}

#[test]
fn a_rollout_that_went_back_to_the_same_revision_has_failed() {
    let project = Project::embedded();
    apply(&project, &[]).success();
    let private = private(&project);
    assert_failed(&apply(&project, &words(&private)));
    assert_failed(&apply(&project, &words(&private)));
    apply(&project, &[]).success();
}

#[test]
fn a_first_rollout_that_failed_is_tried_again_and_told_again() {
    let project = Project::embedded();
    apply(&project, &NO_TASKS).success();
    let private = private(&project);
    assert_failed(&apply(&project, &words(&private)));
    let plan = project.run(&[&["plan", "dev", "--detailed-exitcode"], words(&private).as_slice()].concat());
    assert_eq!(plan.code, 2, "{}", plan.stdout);
    assert!(plan.stdout.contains("rollout"), "{}", plan.stdout);
    assert_failed(&apply(&project, &words(&private)));
    apply(&project, &[]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}

#[test]
fn who_does_not_wait_does_not_ask_how_it_went() {
    let project = Project::embedded();
    apply(&project, &NO_TASKS).success();
    let private = private(&project);
    let hasty = [words(&private).as_slice(), &["--set", "ecs.services.ecs_service.wait=false"]].concat();
    apply(&project, &hasty).success();
    let plan = project.run(&[&["plan", "dev", "--detailed-exitcode"], hasty.as_slice()].concat());
    assert_eq!(plan.code, 0, "{}", plan.stdout);
}
