//! A secret in Secrets Manager: the same commands, the same plans, and one of its keys in a variable.

use crate::project::Project;

const SHIPPED: &str = include_str!("../../../environments/dev.toml");

const SECOND: &str = r#"{"user":"shop","password":"second-kx81"}"#;

/// The shipped environment `dev` with a secret of Secrets Manager that its service reads whole and in part. Without
/// tasks where nobody starts any.
fn with_a_secret(project: &Project, more: &str) {
    let added = r#"
[secrets.parameters.DB]
store = "secrets_manager"

[iam.roles.ecs_task_exec.policies.allow_secrets_manager]
grant = "read_secrets"

[ecs.services.ecs_service.containers.ecs_service.secrets]
DB = "DB"
DB_USER = { secret = "DB", key = "user" }
"#;
    project.write("dev.toml", format!("{SHIPPED}{added}{more}"));
}

fn set(project: &Project, value: &str) -> String {
    project.run_with_input(&["secrets", "set", "DB", "--env", "dev"], value).success().stderr
}

fn said(project: &Project, arguments: &[&str]) -> String {
    project.run(&[&["secrets"], arguments, &["--env", "dev"]].concat()).success().stdout
}

fn assert_no_changes(project: &Project) {
    assert_no_changes_with(project, &[]);
}

fn assert_no_changes_with(project: &Project, more: &[&str]) {
    let outcome = project.run(&[&["plan", "dev", "--detailed-exitcode"], more].concat());
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

/// Its whole life.
fn a_secret_lives(project: &Project) {
    let missing = project.run(&["plan", "dev"]).success().stdout;
    assert!(missing.contains("deploy secrets set DB --env dev"), "{missing}");
    assert!(set(project, r#"{"user":"shop","password":"first-kx81"}"#).contains(", new)"));
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(project);

    let changed = set(project, SECOND);
    assert!(changed.contains(" -> "), "{changed}");
    let plan = project.run(&["plan", "dev", "--format", "json"]).success().json();
    let changes = plan["changes"].as_array().expect("changes");
    let addresses: Vec<_> = changes.iter().filter_map(|change| change["address"].as_str()).collect();
    assert_eq!(addresses, ["ecs.task_definition.ecs_service", "ecs.service.ecs_service"], "{plan:#}");
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(project);

    let seen = project.run(&["secrets", "exec", "--env", "dev", "--", "env"]).success().stdout;
    for line in [format!("DB={SECOND}"), "DB_USER=shop".to_owned()] {
        assert!(seen.lines().any(|seen| *seen == line), "no `{line}` in:\n{seen}");
    }
    let history = said(project, &["history", "DB"]);
    assert_eq!(history.lines().count(), 2, "{history}");
    let first = history.lines().nth(1).and_then(|line| line.split(' ').next()).expect("an earlier version").to_owned();
    assert!(said(project, &["get", "DB", "--reveal", "--version", &first]).contains("first-kx81"));
    project.run(&["secrets", "rollback", "DB", "--to", &first, "--yes", "--env", "dev"]).success();
    assert!(said(project, &["get", "DB", "--reveal"]).contains("first-kx81"));
    let unknown = project.run(&["secrets", "get", "DB", "--version", "0000", "--env", "dev"]);
    assert_eq!(unknown.code, 3, "{}", unknown.stderr);
    let listed = said(project, &["list"]);
    let line = listed.lines().find(|line| line.starts_with("DB ")).expect("a line");
    assert!(line.contains("SecretString") && line.contains("ecs_service") && !line.contains("untagged"), "{line}");
}

#[test]
fn a_secret_of_secrets_manager_lives_as_a_parameter_does() {
    let project = Project::embedded();
    with_a_secret(&project, "");
    a_secret_lives(&project);
}

#[test]
fn a_secret_of_secrets_manager_lives_on_moto_too() {
    let Some(project) = Project::moto() else { return };
    with_a_secret(&project, "");
    let text = std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("a file");
    // moto keeps neither the breaker nor ECS Exec.
    let kept = "[ecs.services.ecs_service]\nwait = false\nenable_execute_command = false\n\
                circuit_breaker = { enable = false, rollback = false }\n";
    let text = text.replace("[ecs.services.ecs_service]\n", kept);
    project.write("dev.toml", format!("app = \"manager\"\n{text}"));
    a_secret_lives(&project);
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]);
}

#[test]
fn a_secret_that_waits_for_its_deletion_comes_back_when_it_is_set_or_made_again() {
    let project = Project::embedded();
    with_a_secret(&project, "");
    set(&project, SECOND);
    project.run(&["secrets", "rm", "DB", "--yes", "--env", "dev"]).success();
    assert!(said(&project, &["list"]).contains("no value"));
    set(&project, SECOND);
    assert!(said(&project, &["get", "DB", "--reveal"]).contains("second-kx81"));

    with_a_secret(&project, "\n[secrets.parameters.TOKEN]\nstore = \"secrets_manager\"\ngenerate = 16\n");
    project.run(&["apply", "dev", "--yes"]).success();
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    set(&project, SECOND);
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project);
}

/// A run that ends between bringing a secret back and giving it its new value leaves no old value in use.
#[test]
fn what_was_deleted_does_not_come_back_with_its_old_value() {
    let project = Project::embedded();
    let generated = "\n[secrets.parameters.TOKEN]\nstore = \"secrets_manager\"\ngenerate = 16\n";
    project.write("dev.toml", format!("{SHIPPED}{generated}"));
    let no_tasks = ["--set", "ecs.services.ecs_service.desired_count=0"];
    let apply = || project.run(&[&["apply", "dev", "--yes"][..], &no_tasks].concat());
    let value = || said(&project, &["get", "TOKEN", "--reveal"]);
    apply().success();
    let old = value();
    project.run(&["secrets", "rm", "TOKEN", "--yes", "--env", "dev"]).success();
    // More often than it is tried again.
    project.run(&["local", "configure", "faults=secretsmanager:UpdateSecret/error-before/20"]).success();
    assert_ne!(apply().code, 0, "it was broken off");
    project.run(&["local", "configure", "--defaults"]).success();
    assert!(said(&project, &["list"]).lines().any(|line| line.starts_with("TOKEN ") && line.contains("no value")));
    apply().success();
    assert_ne!(value(), old);
    assert_no_changes_with(&project, &no_tasks);
}

#[test]
fn a_value_without_the_key_that_is_read_is_told_when_it_is_set() {
    let project = Project::embedded();
    with_a_secret(&project, "");
    assert!(!set(&project, SECOND).contains("no new task can start"));
    for value in [r#"{"password":"x"}"#, "no object"] {
        let told = set(&project, value);
        assert!(told.contains("reads the key `user` of DB, which this value has not"), "{told}");
    }
}

/// A key that is no longer declared is a difference, for the value is still encrypted with it.
#[test]
fn a_key_that_is_taken_away_is_a_change_that_a_new_value_makes() {
    let project = Project::embedded();
    project.with_clients(async |clients| {
        let key = clients.kms().writes.create_key().send().await.expect("a key");
        let id = key.key_metadata.expect("a key").key_id;
        clients.kms().writes.create_alias().alias_name("alias/mine").target_key_id(id).send().await.expect("an alias");
    });
    let store = "\n[secrets.parameters.DB]\nstore = \"secrets_manager\"\n";
    let both = |key: &str| {
        let file =
            SHIPPED.replace("[secrets.parameters.MY_PARAM_1]\n", &format!("[secrets.parameters.MY_PARAM_1]\n{key}"));
        project.write("dev.toml", format!("{file}{store}{key}generate = 16\n"));
    };
    let planned = || project.run(&["plan", "dev"]).success().stdout;
    both("kms_key = \"alias/mine\"\n");
    let grants = ["ecs.services.ecs_service.desired_count=0"];
    project.run(&["apply", "dev", "--yes", "--set", grants[0]]).success();
    both("");
    let told = planned();
    assert!(told.contains("alias/mine") && told.contains("BLOCKED"), "{told}");
    assert!(told.contains("deploy secrets get MY_PARAM_1 --env dev --reveal"), "{told}");
    let value = said(&project, &["get", "MY_PARAM_1", "--reveal"]);
    project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", "dev"], &value).success();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project);
    both("");
    assert!(!planned().contains("alias/"), "nothing is left of it");
}

#[test]
fn a_secret_moves_from_one_store_to_the_other() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let moved = SHIPPED
        .replace("[secrets.parameters.MY_PARAM_1]", "[secrets.parameters.MY_PARAM_1]\nstore = \"secrets_manager\"");
    let grant = "\n[iam.roles.ecs_task_exec.policies.allow_secrets_manager]\ngrant = \"read_secrets\"\n";
    project.write("dev.toml", moved + grant);
    project.run(&["apply", "dev", "--yes", "--allow-destroy"]).success();
    assert_no_changes(&project);
    let listed = said(&project, &["list"]);
    let line = listed.lines().find(|line| line.starts_with("MY_PARAM_1 ")).expect("a line");
    assert!(line.contains("SecretString"), "{line}");
    project.write("dev.toml", SHIPPED);
    project.run(&["apply", "dev", "--yes", "--allow-destroy"]).success();
    assert_no_changes(&project);
}
