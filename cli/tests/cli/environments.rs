//! Environments over their life on the embedded AWS: up, unchanged, side by side, down.

use serde_json::json;

use crate::project::Project;

fn assert_no_changes(project: &Project, environment: &str) {
    let outcome = project.run(&["plan", environment, "--detailed-exitcode"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

fn set_secrets(project: &Project, environment: &str) {
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", environment], "a value").success();
    }
}

#[test]
fn after_an_apply_there_is_nothing_to_do_and_no_file_says_so() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project, "dev");
    for entry in std::fs::read_dir(project.path().join(".deploy")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name != "local") {
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.expect("removed");
        }
    }
    assert_no_changes(&project, "dev");
}

#[test]
fn dev_and_prod_live_side_by_side() {
    let project = Project::embedded();
    set_secrets(&project, "prod");
    project.run(&["apply", "prod", "--yes", "--allow-destroy"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project, "prod");
    assert_no_changes(&project, "dev");
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert_no_changes(&project, "prod");
    let refused = project.run(&["destroy", "prod", "--yes", "--allow-destroy"]);
    assert_eq!(refused.code, 5, "prod is protected: {}", refused.stderr);
    assert_no_changes(&project, "prod");
}

#[test]
fn a_change_in_the_file_is_one_change_in_the_plan() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let set = "ecs.services.ecs_service.desired_count=2";
    let plan = project.run(&["plan", "dev", "--set", set, "--format", "json"]).success().json();
    assert_eq!(plan["counts"]["update"], json!(1), "{plan:#}");
    project.run(&["apply", "dev", "--yes", "--set", set]).success();
    assert_eq!(project.run(&["plan", "dev", "--set", set, "--detailed-exitcode"]).code, 0);
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 2);
}

#[test]
fn what_leaves_the_file_is_destroyed_only_when_allowed() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let set = "unset=[\"security.groups.app.ingress.from_this\", \"ecs.repositories\", \"ecs.services.ecs_service.containers.ecs_service.image\"]";
    let image = "ecs.services.ecs_service.containers.ecs_service.image=public.ecr.aws/nginx/nginx:1.27";
    let refused = project.run(&["apply", "dev", "--yes", "--set", set, "--set", image]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    project.run(&["apply", "dev", "--yes", "--allow-destroy", "--set", set, "--set", image]).success();
    assert_eq!(project.run(&["plan", "dev", "--set", set, "--set", image, "--detailed-exitcode"]).code, 0);
}

#[test]
fn a_saved_plan_is_applied_and_a_stale_one_refused() {
    let project = Project::embedded();
    project.run(&["plan", "dev", "-o", "dev.plan"]).success();
    project.run(&["apply", "dev.plan"]).success();
    assert_no_changes(&project, "dev");
    project.run(&["plan", "dev", "--set", "ecs.services.ecs_service.desired_count=3", "-o", "three.plan"]).success();
    project.run(&["apply", "dev", "--yes", "--set", "ecs.services.ecs_service.desired_count=2"]).success();
    let stale = project.run(&["apply", "three.plan"]);
    assert_eq!(stale.code, 5, "{}{}", stale.stdout, stale.stderr);
    let said = "  ecs.service.ecs_service   desired_count: 1 -> 3, now 2 -> 3\n";
    assert!(stale.stderr.contains(said), "{}", stale.stderr);
}

/// `--set image="nginx:1.27"` reaches the program with or without its quotes, depending on the shell.
#[test]
fn a_setting_means_the_same_with_quotes_and_without() {
    let project = Project::embedded();
    let shown = |set: &str| {
        let key = "ecs.services.ecs_service.containers.ecs_service.image";
        project.run(&["config", "show", "dev", "--set", &format!("{key}={set}")]).success().stdout
    };
    assert_eq!(shown("\"nginx:1.27\""), shown("nginx:1.27"));
    assert_eq!(shown("'nginx:1.27'"), shown("nginx:1.27"));
}

#[test]
fn a_container_that_comes_or_goes_is_named() {
    let project = Project::embedded();
    let plan = |set: &[&str]| project.run(&[&["plan", "dev"], set].concat()).success().stdout;
    let side = "ecs.services.ecs_service.containers.side={ image = \"nginx:1\", essential = false, variables = { A = \"1\" } }";
    project.run(&["apply", "dev", "--yes"]).success();
    let comes = plan(&["--set", side]);
    assert!(comes.contains("side.image") && comes.contains("side.A"), "{comes}");
    project.run(&["apply", "dev", "--yes", "--set", side]).success();
    let goes = plan(&[]);
    assert!(goes.contains("containers.side  - nginx:1 ") && !goes.contains("essential"), "{goes}");
}

#[test]
fn a_file_that_is_no_environment_is_not_passed_over_in_silence() {
    let project = Project::embedded();
    for name in ["my env.toml", "staging.TOML", "notes.md"] {
        project.write(name, "");
    }
    let checked = project.run(&["config", "check"]).success();
    for name in ["my env.toml", "staging.TOML"] {
        assert!(checked.stderr.contains(&format!("environments/{name}: passed over")), "{}", checked.stderr);
    }
    assert!(!checked.stderr.contains("notes.md") && !checked.stderr.contains("default.toml"), "{}", checked.stderr);
}

#[test]
fn more_rules_than_a_group_can_have_are_told_with_their_place() {
    let project = Project::embedded();
    let rule = |number: usize| {
        format!(
            "[security.groups.app.ingress.r{number}]\nprotocol = \"tcp\"\nport = 443\ncidrs = [\"10.1.{number}.0/24\"]\n"
        )
    };
    let rules: String = (0..61).map(rule).collect();
    project.write("many.toml", rules);
    let plan = project.run(&["plan", "many"]).success().stdout;
    let words = plan.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("quota is 60 unless it was raised"), "{plan}");
}

#[test]
fn two_environments_with_the_same_names_are_told() {
    let project = Project::embedded();
    let check = |one: &str, other: &str| {
        project.write("one.toml", one);
        project.write("other.toml", other);
        project.run(&["config", "check"])
    };
    let told = check("prefix = \"shop\"\n", "prefix = \"shop\"\n");
    assert_eq!(told.code, 3, "{}", told.stderr);
    let said = "`one` and `other` give their resources the same names: both begin with `shop`";
    assert!(told.stderr.contains(said) && told.stderr.contains("environments/other.toml:1:"), "{}", told.stderr);
    assert!(told.stdout.contains("one: sound") && !told.stdout.contains("other: sound"), "{}", told.stdout);

    let told = check("app = \"a-b\"\nprefix = \"{app}-c\"\n", "app = \"a\"\nprefix = \"{app}-b-c\"\n");
    assert!(told.stderr.contains("both begin with `a-b-c`"), "{}", told.stderr);
    let pinned = |account: &str| format!("prefix = \"shop\"\n[aws]\naccount = \"{account}\"\n");
    check(&pinned("123456789012"), &pinned("210987654321")).success();
    check(&pinned("123456789012"), "prefix = \"{app}-{env}\"\n").success();
}
