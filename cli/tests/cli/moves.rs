//! What must move when something that cannot change in place is changed: ranges, keys, paths.

use serde_json::Value;

use crate::project::{Outcome, Project};

fn up() -> Project {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    project
}

/// Replaces `old` by `new`, wherever it stands in the file of an environment.
fn edit(project: &Project, file: &str, old: &str, new: &str) {
    let path = project.path().join("environments").join(file);
    let text = std::fs::read_to_string(path).expect("a file");
    assert!(text.contains(old), "{file} has no {old}");
    project.write(file, text.replace(old, new));
}

fn plan(project: &Project) -> Value {
    project.run(&["plan", "dev", "--format", "json"]).success().json()
}

fn apply(project: &Project) -> Outcome {
    project.run(&["apply", "dev", "--yes", "--allow-destroy"])
}

fn assert_settled(project: &Project) {
    let outcome = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

/// The verb and the reasons of the change at `address`.
fn change(plan: &Value, address: &str) -> (String, String) {
    let changes = plan["changes"].as_array().expect("changes");
    let change = changes.iter().find(|change| change["address"] == address);
    let change = change.unwrap_or_else(|| panic!("{address} does not change: {plan:#}"));
    (change["verb"].as_str().expect("a verb").to_owned(), change["why"].to_string())
}

#[test]
fn another_range_for_the_whole_network_moves_everything_in_one_apply() {
    let project = up();
    edit(&project, "default.toml", "10.0.", "10.9.");
    apply(&project).success();
    assert_settled(&project);
}

#[test]
fn a_subnet_keeps_its_place_under_a_new_key() {
    let project = up();
    edit(&project, "default.toml", "public_1", "front");
    let planned = plan(&project);
    let (verb, why) = change(&planned, "network.subnet.front");
    assert_eq!((verb.as_str(), why.as_str()), ("update", r#"["renamed from public_1"]"#));
    assert_eq!((&planned["counts"]["destroy"], &planned["counts"]["replace"]), (&0.into(), &0.into()), "{planned:#}");
    // Nothing is lost, so nothing needs to be allowed.
    project.run(&["apply", "dev", "--yes"]).success();
    assert_settled(&project);
}

#[test]
fn two_subnets_change_places() {
    let project = up();
    edit(&project, "default.toml", "10.0.1.0/24", "10.0.3.0/24");
    edit(&project, "default.toml", "10.0.2.0/24", "10.0.1.0/24");
    edit(&project, "default.toml", "10.0.3.0/24", "10.0.2.0/24");
    apply(&project).success();
    assert_settled(&project);
}

#[test]
fn one_subnet_is_divided_in_two() {
    let project = up();
    edit(&project, "default.toml", "10.0.1.0/24", "10.0.1.0/25");
    let half =
        "\n[network.subnets.half]\ncidr = \"10.0.1.128/25\"\nzone = \"a\"\npublic = true\n\n[security.groups.app]\n";
    edit(&project, "default.toml", "\n[security.groups.app]\n", half);
    apply(&project).success();
    assert_settled(&project);
}

#[test]
fn random_values_are_made_anew_below_another_path_and_the_plan_says_so() {
    let project = up();
    project.write(
        "dev.toml",
        format!("secrets.path = \"/elsewhere\"\niam.parameter_path = \"/elsewhere\"\n{}", dev(&project)),
    );
    let text = project.run(&["plan", "dev"]).success().stdout;
    assert!(text.contains("gets a new random value"), "{text}");
    apply(&project).success();
    assert_settled(&project);
    let listed = project.run(&["secrets", "list", "--env", "dev"]).success().stdout;
    assert!(listed.contains("/elsewhere/MY_PARAM_1") && !listed.contains("/ecs-parameter-store/"), "{listed}");
}

#[test]
fn a_value_is_kept_under_its_old_name_until_it_is_set_under_the_new_one() {
    let project = up();
    let text = dev(&project).replace("generate = 32", "");
    project.write("dev.toml", format!("secrets.path = \"/elsewhere\"\niam.parameter_path = \"/elsewhere\"\n{text}"));
    let blocked = apply(&project);
    assert_eq!(blocked.code, 5, "{}{}", blocked.stdout, blocked.stderr);
    assert!(blocked.stdout.contains("has no value where it is declared now"), "{}", blocked.stdout);
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", "dev"], "a value").success();
    }
    let planned = plan(&project);
    assert_eq!(planned["counts"]["destroy"], 2, "{planned:#}");
    apply(&project).success();
    assert_settled(&project);
}

/// While a rollout has not succeeded, the tasks of the old revision run on, and may have to start again.
#[test]
fn what_the_running_tasks_need_stays_until_they_are_replaced() {
    let project = up();
    // Another secret, another execution role and another repository, and an image that does not start.
    edit(&project, "default.toml", "MY_PARAM_2", "OTHER_PARAM");
    edit(&project, "dev.toml", "MY_PARAM_2", "OTHER_PARAM");
    edit(&project, "default.toml", "ecs_task_exec", "starter");
    edit(&project, "default.toml", "repositories.app", "repositories.images");
    edit(&project, "dev.toml", "repositories.app", "repositories.images");
    edit(
        &project,
        "default.toml",
        "repository = \"app\", tag = \"latest\"",
        "repository = \"images\", tag = \"fails-to-start\"",
    );
    let failed = apply(&project);
    assert_eq!(failed.code, 6, "{}{}", failed.stdout, failed.stderr);
    for kept in ["secrets.parameter.MY_PARAM_2", "iam.role.ecs_task_exec", "ecs.repository.app"] {
        assert!(failed.stderr.contains(&format!("skipped   {kept}")), "{kept}: {}", failed.stderr);
    }
    edit(&project, "default.toml", "fails-to-start", "latest");
    apply(&project).success();
    assert_settled(&project);
}

#[test]
fn a_plan_that_nobody_reads_is_not_applied() {
    let project = Project::embedded();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = project.command(&["apply", "dev", "--yes"]);
    let output = command.stdout(writer).stderr(std::process::Stdio::piped()).output().expect("the program ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(plan(&project)["counts"]["unchanged"], 0);
}

fn dev(project: &Project) -> String {
    std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("a file")
}
