//! A rollout that does not succeed is told as it is: by the run that began it, and by every run after it until it has
//! succeeded.

mod project;

use project::Project;

const PRIVATE: [&str; 2] = ["--set", "ecs.services.ecs_service.assign_public_ip=false"];

fn apply(project: &Project, more: &[&str]) -> project::Outcome {
    project.run(&[&["apply", "dev", "--yes"], more].concat())
}

/// Exit code 6, and a reason that does not come from this program.
fn assert_failed(outcome: &project::Outcome) {
    assert_eq!(outcome.code, 6, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("the rollout did not succeed"), "{}", outcome.stderr);
}

#[test]
fn a_rollout_that_went_back_to_the_same_revision_has_failed() {
    let project = Project::embedded();
    apply(&project, &[]).success();
    // Without a public address in a public subnet, tasks cannot reach the registry.
    assert_failed(&apply(&project, &PRIVATE));
    assert_failed(&apply(&project, &PRIVATE));
    apply(&project, &[]).success();
}

#[test]
fn a_first_rollout_that_failed_is_tried_again_and_told_again() {
    let project = Project::embedded();
    assert_failed(&apply(&project, &PRIVATE));
    let plan = project.run(&[&["plan", "dev", "--detailed-exitcode"], PRIVATE.as_slice()].concat());
    assert_eq!(plan.code, 2, "{}", plan.stdout);
    assert!(plan.stdout.contains("rollout"), "{}", plan.stdout);
    assert_failed(&apply(&project, &PRIVATE));
    apply(&project, &[]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}

#[test]
fn who_does_not_wait_does_not_ask_how_it_went() {
    let project = Project::embedded();
    let hasty = [&PRIVATE[..], &["--set", "ecs.services.ecs_service.wait=false"]].concat();
    apply(&project, &hasty).success();
    let plan = project.run(&[&["plan", "dev", "--detailed-exitcode"], hasty.as_slice()].concat());
    assert_eq!(plan.code, 0, "{}", plan.stdout);
}
