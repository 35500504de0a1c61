//! After a change: which services go on with the old value, in how many tasks, and until when.

use crate::endpoint::{Endpoint, Fate};
use crate::project::Project;

fn set(project: &Project, environment: &str, value: &str) -> String {
    project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", environment], value).success().stderr
}

fn says(said: &str, words: &str) {
    assert!(said.contains(words), "no `{words}` in:\n{said}");
}

#[test]
fn the_tasks_that_keep_the_old_value_are_counted() {
    let project = Project::embedded();
    set(&project, "dev", "one");
    let nothing = set(&project, "dev", "two");
    says(&nothing, "read by ecs_service, of which no task runs: the next one starts with the new value");
    project.run(&["apply", "dev", "--yes"]).success();
    let one = set(&project, "dev", "three");
    says(&one, "read by ecs_service: 1 running task keeps the value that it started with until `deploy apply dev`");
    project.run(&["apply", "dev", "--yes", "--set", "ecs.services.ecs_service.desired_count=2"]).success();
    let rolled_back = project.run(&["secrets", "rollback", "MY_PARAM_1", "--env", "dev", "--yes"]).success().stderr;
    says(&rolled_back, "read by ecs_service: 2 running tasks keep the value that they started with until");
}

#[test]
fn no_apply_is_promised_to_who_is_not_rolled() {
    let project = Project::embedded();
    let keeping = "[ecs.services.ecs_service]\nroll_on_secret_change = false\n";
    project.write("keeping.toml", format!("unset = [\"ecs.repositories\"]\n{keeping}\n[ecs.services.ecs_service.containers.ecs_service]\nimage = \"nginx\"\n"));
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", "keeping"], "one").success();
    }
    project.run(&["apply", "keeping", "--yes"]).success();
    let said = set(&project, "keeping", "two");
    says(&said, "1 running task keeps the value that it started with, and no `deploy apply keeping` replaces");
    says(&said, "roll_on_secret_change = false");
}

/// Who may set values need not be one who may look at services.
#[test]
fn where_ecs_says_nothing_the_line_has_no_number() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    set(&project, "dev", "one");
    endpoint.decide(|operation, _| match operation {
        "DescribeServices" => Fate::Denied,
        _ => Fate::Answered,
    });
    let said = set(&project, "dev", "two");
    assert_eq!(endpoint.count("DescribeServices"), 1);
    says(&said, "read by ecs_service: running tasks keep the value that they started with until `deploy apply dev`");
}
