//! `deploy rollout status`, `stop` and `rollback`.

use serde_json::Value;

use super::{apply, apply_second, assert_said, configure, running, second};
use crate::project::Project;

fn status(project: &Project) -> Value {
    let status = project.run(&["rollout", "status", "dev", "ecs_service", "--format", "json"]).success().json();
    status["services"][0].clone()
}

fn revision(project: &Project) -> String {
    let status = status(project);
    status["deployments"][0]["task_definition"].as_str().expect("an ARN").rsplit('/').next().expect("a name").to_owned()
}

#[test]
fn going_back_is_a_rollout_and_the_files_still_want_the_newer_version() {
    let project = running();
    apply_second(&project, &[]).success();
    assert!(revision(&project).ends_with(":2"));
    let unasked = project.run(&["rollout", "rollback", "dev"]);
    assert_eq!(unasked.code, 5, "{}", unasked.stderr);
    let back = project.run(&["rollout", "rollback", "dev", "--yes"]).success();
    assert_said(&back.stderr, &["ecs_service:1 runs again", "`deploy apply dev` would roll it out again"]);
    assert!(revision(&project).ends_with(":1"));

    let options = second(&[]);
    let words: Vec<&str> = options.iter().map(String::as_str).collect();
    let plan = project.run(&[&["plan", "dev", "--detailed-exitcode"], words.as_slice()].concat());
    assert_eq!(plan.code, 2, "{}", plan.stdout);
    apply(&project, &words).success();
    assert!(revision(&project).ends_with(":2"));
}

#[test]
fn going_back_to_what_fails_is_a_failed_rollout() {
    let project = running();
    apply_second(&project, &[]).success();
    configure(&project, &["tasks=*ecs_service:1 exits 7"]);
    let back = project.run(&["rollout", "rollback", "dev", "--yes"]);
    super::assert_failed_with(&back, &["exit code 7", "ecs_service:2"]);
}

#[test]
fn nobody_goes_back_from_the_first_revision_and_nobody_stops_what_is_done() {
    let project = running();
    let back = project.run(&["rollout", "rollback", "dev", "--yes"]);
    assert_eq!(back.code, 3, "{}", back.stderr);
    assert_said(&back.stderr, &["no other revision"]);
    let stop = project.run(&["rollout", "stop", "dev", "--yes"]);
    assert_eq!(stop.code, 3, "{}", stop.stderr);
    assert_said(&stop.stderr, &["no rollout is under way in dev", "`deploy rollout status dev`"]);
    let unknown = project.run(&["rollout", "stop", "dev", "nobody", "--yes"]);
    assert_eq!(unknown.code, 3, "{}", unknown.stderr);
    assert_said(&unknown.stderr, &["dev runs no service `nobody`", "name one of `ecs_service`"]);
}

#[test]
fn a_first_rollout_that_is_stopped_has_nothing_to_go_back_to() {
    let project = Project::embedded();
    configure(&project, &["tasks=*ecs_service:1 stays provisioning"]);
    apply(&project, &["--set", "ecs.services.ecs_service.wait=false"]).success();
    let status = project.run(&["rollout", "status", "dev"]).success();
    assert_said(&status.stdout, &["ecs.service.ecs_service rolling out", "0 of 1 running, 1 pending"]);
    let stopped = project.run(&["rollout", "rollback", "dev", "--yes"]).success();
    assert_said(&stopped.stderr, &["stopped: nothing ran before"]);
    assert_said(&project.run(&["rollout", "status", "dev"]).success().stdout, &["ecs.service.ecs_service failed"]);
}

#[test]
fn production_wants_more_than_yes() {
    let project = Project::embedded();
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", "prod"], "a value").success();
    }
    let apply = |more: &[&str]| project.run(&[&["apply", "prod", "--yes", "--allow-destroy"], more].concat());
    apply(&[]).success();
    let set = |option: &str| format!("ecs.services.ecs_service.{option}");
    apply(&["--set", &set("cpu=1024"), "--set", &set("memory=4096")]).success();
    let refused = project.run(&["rollout", "rollback", "prod", "--yes"]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    assert_said(&refused.stderr, &["this changes production (`prod`)", "add `--yes --allow-destroy`"]);
    project.run(&["rollout", "rollback", "prod", "--yes", "--allow-destroy"]).success();
}

#[test]
fn an_environment_without_services_has_no_rollouts() {
    let project = Project::embedded();
    let status = project.run(&["rollout", "status", "dev"]).success();
    assert_eq!(status.stdout, "no service is there\n");
    assert_eq!(project.run(&["rollout", "rollback", "dev", "--yes"]).code, 3);
}
