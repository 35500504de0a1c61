//! A changed secret: seen in the plan by its versions, and reaching exactly the services that read it.

use serde_json::Value;

use crate::project::Project;

/// Two services: `reader` reads the secret `OURS` and `other` another one.
const FILE: &str = r#"
app = "changes"
unset = ["ecs.services", "secrets.parameters", "ecs.repositories"]
"#;

/// The shipped environments with two services in place of the one.
fn two_services(project: &Project, wait: bool) {
    let service = |name: &str, secret: &str| {
        format!(
            r#"
[secrets.parameters.{secret}]
generate = 16

[ecs.services.{name}]
cpu = 256
memory = 512
desired_count = 1
execution_role = "ecs_task_exec"
task_role = "ecs_service"
subnets = ["public_1"]
security_groups = ["app"]
assign_public_ip = true
wait = {wait}
# moto keeps none.
circuit_breaker = {{ enable = false, rollback = false }}

[ecs.services.{name}.containers.main]
image = "public.ecr.aws/nginx/nginx:1.27"
secrets = ["{secret}"]
"#
        )
    };
    project.write("changes.toml", format!("{FILE}{}{}", service("reader", "OURS"), service("other", "THEIRS")));
}

fn plan(project: &Project) -> Value {
    project.run(&["plan", "changes", "--format", "json"]).success().json()
}

fn addresses(plan: &Value) -> Vec<&str> {
    let changes = plan["changes"].as_array().expect("changes");
    changes.iter().filter_map(|change| change["address"].as_str()).collect()
}

/// How many revisions the families of the two services have.
fn revisions(project: &Project) -> [usize; 2] {
    project.with_clients(async |clients| {
        let count = async |family: &str| {
            let request = clients.ecs().reads.list_task_definitions().family_prefix(family);
            request.send().await.expect("a list").task_definition_arns().len()
        };
        [count("changes-changes-reader").await, count("changes-changes-other").await]
    })
}

/// Sets, plans, applies and plans again.
fn a_change_goes_around(project: &Project, wait: bool) {
    two_services(project, wait);
    project.run(&["apply", "changes", "--yes"]).success();
    assert_eq!(revisions(project), [1, 1]);

    let set = project.run_with_input(&["secrets", "set", "OURS", "--env", "changes"], "another value").success();
    assert!(set.stderr.contains("v1 -> v2"), "{}", set.stderr);
    let planned = plan(project);
    assert_eq!(addresses(&planned), ["ecs.task_definition.reader", "ecs.service.reader"], "{planned:#}");
    let text = project.run(&["plan", "changes"]).success().stdout;
    assert!(text.lines().any(|line| line.contains("OURS") && line.contains("v1 -> v2")), "{text}");

    let applied = project.run(&["apply", "changes", "--yes", "--format", "json"]).success();
    let finished = applied.stdout.lines().filter(|line| line.contains("\"step_finished\"")).count();
    assert_eq!(finished, 2, "one revision and one UpdateService: {}", applied.stdout);
    assert_eq!(revisions(project), [2, 1]);
    assert_eq!(addresses(&plan(project)), [""; 0]);

    project.run(&["destroy", "changes", "--yes", "--allow-destroy"]).success();
}

#[test]
fn a_new_value_rolls_exactly_its_readers() {
    a_change_goes_around(&Project::embedded(), true);
}

/// moto's PRIMARY deployment keeps the revision that the service was made with, so nothing can be waited for.
#[test]
#[expect(clippy::print_stdout, reason = "whoever runs it without a server must see that it was skipped")]
fn a_new_value_rolls_exactly_its_readers_on_moto() {
    match Project::moto() {
        Some(project) => a_change_goes_around(&project, false),
        None => println!("skipped: DEPLOY_TEST_MOTO names no server"),
    }
}

#[test]
fn a_service_may_keep_what_it_has() {
    let project = Project::embedded();
    two_services(&project, true);
    let keep = ["--set", "ecs.services.reader.roll_on_secret_change=false"];
    project.run(&[&["apply", "changes", "--yes"], keep.as_slice()].concat()).success();
    project.run_with_input(&["secrets", "set", "OURS", "--env", "changes"], "another value").success();
    let plan = project.run(&[&["plan", "changes", "--detailed-exitcode"], keep.as_slice()].concat());
    assert_eq!(plan.code, 0, "{}", plan.stdout);
}

/// A parameter that was deleted begins again at version 1: that its value is another one is seen all the same.
#[test]
fn a_value_that_was_deleted_and_set_again_rolls_too() {
    let project = Project::embedded();
    two_services(&project, true);
    project.run(&["apply", "changes", "--yes"]).success();
    project.run(&["secrets", "rm", "OURS", "--env", "changes", "--yes"]).success();
    // A deleted name rests for half a minute.
    project.run(&["local", "configure", "clock=+1m"]).success();
    project.run_with_input(&["secrets", "set", "OURS", "--env", "changes"], "another value").success();
    assert_eq!(addresses(&plan(&project)), ["ecs.task_definition.reader", "ecs.service.reader"]);
    let text = project.run(&["plan", "changes"]).success().stdout;
    assert!(text.lines().any(|line| line.contains("OURS") && line.contains("v1 -> v1, set anew")), "{text}");
}
