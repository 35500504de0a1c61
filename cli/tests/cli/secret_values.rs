//! The commands about values: set, get, list, history, rollback, diff, copy, import, export, exec and rm.

use serde_json::json;

use crate::project::{Outcome, Project};

const VALUE: &str = "first-value-kx81";

fn secrets(project: &Project, arguments: &[&str]) -> Outcome {
    project.run(&[&["secrets"], arguments].concat())
}

fn set(project: &Project, name: &str, environment: &str, value: &str) -> Outcome {
    project.run_with_input(&["secrets", "set", name, "--env", environment], value).success()
}

fn value(project: &Project, name: &str, environment: &str) -> String {
    secrets(project, &["get", name, "--env", environment, "--reveal"]).success().stdout
}

#[test]
fn a_value_is_masked_unless_it_is_asked_for() {
    let project = Project::embedded();
    let missing = secrets(&project, &["get", "MY_PARAM_1", "--env", "dev"]);
    assert_eq!(missing.code, 3);
    assert!(missing.stderr.contains("deploy secrets set MY_PARAM_1 --env dev"), "{}", missing.stderr);
    set(&project, "MY_PARAM_1", "dev", VALUE);
    let masked = secrets(&project, &["get", "MY_PARAM_1", "--env", "dev"]).success();
    assert!(!masked.stdout.contains(VALUE) && masked.stdout.contains("v1"), "{}", masked.stdout);
    let masked = secrets(&project, &["get", "MY_PARAM_1", "--env", "dev", "--format", "json"]).success().json();
    assert_eq!((&masked["version"], &masked["value"]), (&json!(1), &json!(null)));
    assert_eq!(value(&project, "MY_PARAM_1", "dev"), VALUE, "to a pipe, exactly the value");
}

#[test]
fn a_value_that_reads_like_a_suggestion_is_not_touched() {
    let project = Project::embedded();
    let odd = "help: deploy plan dev\nhelp: `deploy apply dev`";
    set(&project, "MY_PARAM_1", "dev", odd);
    let mut command = project.command(&["secrets", "get", "MY_PARAM_1", "--env", "dev", "--reveal", "--local"]);
    command.env_remove("DEPLOY_LOCAL");
    assert_eq!(Project::finish(command, b"").success().stdout, odd);
}

/// Who copies what is suggested must not find themselves in a real account.
#[test]
fn what_is_suggested_after_a_change_acts_where_it_did() {
    let project = Project::embedded();
    let said = |arguments: &[&str], input: &str| {
        let mut command = project.command(&[&["secrets"], arguments, &["--env", "dev", "--local"]].concat());
        command.env_remove("DEPLOY_LOCAL");
        Project::finish(command, input.as_bytes()).success().stderr
    };
    said(&["set", "MY_PARAM_1"], "one");
    project.run(&["apply", "dev", "--yes"]).success();
    let again = said(&["set", "MY_PARAM_1"], "two");
    assert!(again.contains("until `deploy apply dev --local`"), "{again}");
    let removed = said(&["rm", "MY_PARAM_1", "--yes"], "");
    assert!(removed.contains("`deploy secrets set MY_PARAM_1 --env dev --local`"), "{removed}");
}

#[test]
fn the_past_is_listed_and_comes_back() {
    let project = Project::embedded();
    for value in ["one", "two", "three"] {
        set(&project, "MY_PARAM_1", "dev", value);
    }
    let history = secrets(&project, &["history", "MY_PARAM_1", "--env", "dev"]).success().stdout;
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 3, "{history}");
    assert!(lines[0].starts_with("v3") && lines[0].ends_with("current") && lines[2].starts_with("v1"), "{history}");
    assert!(!history.contains("three"), "{history}");

    let asked = secrets(&project, &["rollback", "MY_PARAM_1", "--env", "dev"]);
    assert_eq!(asked.code, 5, "{}", asked.stderr);
    secrets(&project, &["rollback", "MY_PARAM_1", "--env", "dev", "--yes"]).success();
    assert_eq!(value(&project, "MY_PARAM_1", "dev"), "two");
    secrets(&project, &["rollback", "MY_PARAM_1", "--env", "dev", "--yes", "--to", "1"]).success();
    assert_eq!(value(&project, "MY_PARAM_1", "dev"), "one");
    for nonsense in ["5", "9", "0", "-1"] {
        let to = format!("--to={nonsense}");
        let outcome = secrets(&project, &["rollback", "MY_PARAM_1", "--env", "dev", "--yes", &to]);
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    }
    let version = secrets(&project, &["get", "MY_PARAM_1", "--env", "dev", "--reveal", "--version", "3"]);
    assert_eq!(version.success().stdout, "three");
}

#[test]
fn the_same_value_makes_no_version_where_that_is_wanted() {
    let project = Project::embedded();
    set(&project, "MY_PARAM_1", "dev", VALUE);
    let again = ["secrets", "set", "MY_PARAM_1", "--env", "dev", "--skip-unchanged"];
    let outcome = project.run_with_input(&again, VALUE).success();
    assert!(outcome.stderr.contains("holds this value already (v1)"), "{}", outcome.stderr);
    let outcome = project.run_with_input(&again, "another").success();
    assert!(outcome.stderr.contains("v1 -> v2"), "{}", outcome.stderr);
}

#[test]
fn two_environments_are_compared_and_copied_unseen() {
    let project = Project::embedded();
    set(&project, "MY_PARAM_1", "dev", VALUE);
    set(&project, "MY_PARAM_1", "prod", "another");
    set(&project, "MY_PARAM_2", "dev", VALUE);
    let diff = secrets(&project, &["diff", "dev", "prod", "--format", "json"]).success();
    assert!(!diff.stdout.contains(VALUE), "{}", diff.stdout);
    let rows = diff.json();
    assert_eq!((&rows[0]["secret"], &rows[0]["same"]), (&json!("MY_PARAM_1"), &json!(false)));
    assert_eq!(rows[1]["prod"], json!({ "declared": true }));

    let copy = ["copy", "MY_PARAM_1", "--from", "dev", "--to", "prod"];
    assert_eq!(secrets(&project, &copy).code, 5, "it asks");
    assert_eq!(value(&project, "MY_PARAM_1", "prod"), "another");
    secrets(&project, &[copy.as_slice(), &["--yes"]].concat()).success();
    assert_eq!(value(&project, "MY_PARAM_1", "prod"), VALUE);
    let diff = secrets(&project, &["diff", "dev", "prod"]).success().stdout;
    assert!(diff.contains("= MY_PARAM_1  the same   dev v1, prod v2"), "{diff}");
    assert!(diff.contains("~ MY_PARAM_2  dev v1, no value in prod"), "{diff}");
}

#[test]
fn many_values_come_in_and_go_out() {
    let project = Project::embedded();
    let text = "# two\nMY_PARAM_1='it''\nMY_PARAM_2=\"two\\nlines $x\"\n";
    let wrong = project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], text);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("standard input, line 2") && !wrong.stderr.contains("it''"), "{}", wrong.stderr);

    let text = "MY_PARAM_1='a # b'\nMY_PARAM_2=\"two\\nlines $x\"\n";
    let first = project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], text).success();
    assert_eq!(first.stdout, "MY_PARAM_1  v1\nMY_PARAM_2  v1\n");
    let again = project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], text).success();
    assert!(again.stdout.is_empty() && again.stderr.contains("all 2 hold these values already"), "{}", again.stderr);

    let exported = secrets(&project, &["export", "--env", "dev"]).success().stdout;
    assert_eq!(exported, "MY_PARAM_1='a # b'\nMY_PARAM_2='two\nlines $x'\n");
    std::fs::write(project.path().join("values.env"), &exported).expect("a file");
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .current_dir(project.path())
        .args(["-c", "set -a; . ./values.env; printf '%s|%s' \"$MY_PARAM_1\" \"$MY_PARAM_2\""]);
    assert_eq!(Project::finish(shell, b"").success().stdout, "a # b|two\nlines $x");
    let json = secrets(&project, &["export", "--env", "dev", "--format", "json"]).success().json();
    assert_eq!(json, json!({ "MY_PARAM_1": "a # b", "MY_PARAM_2": "two\nlines $x" }));
    std::fs::write(project.path().join("values.json"), json.to_string()).expect("a file");
    secrets(&project, &["import", "values.json", "--env", "prod", "--yes"]).success();
    assert_eq!(value(&project, "MY_PARAM_2", "prod"), "two\nlines $x");

    let asked = project.run_with_input(&["secrets", "import", "--env", "dev"], "MY_PARAM_1=x\n");
    assert_eq!(asked.code, 5, "{}", asked.stderr);
    let empty = project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], "# nothing\n");
    assert_eq!(empty.code, 3, "{}", empty.stderr);
    let strange =
        project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], "NOBODY=hunter2\nMY_PARAM_1=x\n");
    assert_eq!(strange.code, 3);
    assert!(strange.stderr.contains("no secret NOBODY") && !strange.stderr.contains("hunter2"), "{}", strange.stderr);
    assert_eq!(value(&project, "MY_PARAM_1", "dev"), "a # b", "nothing was set");
}

#[test]
fn a_command_runs_with_what_the_container_gets() {
    let project = Project::embedded();
    let run = |command: &[&str]| secrets(&project, &[&["exec", "--env", "dev", "--"], command].concat());
    let missing = run(&["/bin/true"]);
    assert_eq!(missing.code, 3, "{}", missing.stderr);
    assert!(missing.stderr.contains("no value in dev"), "{}", missing.stderr);
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        set(&project, name, "dev", &format!("{name} of dev"));
    }
    let outcome = run(&["/bin/sh", "-c", "echo \"$MY_PARAM_1, $MY_PARAM_2\"; exit 7"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (7, "MY_PARAM_1 of dev, MY_PARAM_2 of dev\n"));
    let outcome = run(&["/no/such/program"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    let outcome = secrets(&project, &["exec", "--env", "dev", "--service", "webb", "--", "true"]);
    assert!(outcome.stderr.contains("there are: ecs_service"), "{}", outcome.stderr);
}

#[test]
fn a_deleted_secret_stops_new_tasks_and_the_plan_says_so() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev"]).code, 5, "it asks");
    let removed = secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"]).success();
    assert!(removed.stderr.contains("no new task of ecs_service can start"), "{}", removed.stderr);
    let again = secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"]).success();
    assert!(again.stderr.contains("nothing was deleted"), "{}", again.stderr);
    assert_eq!(secrets(&project, &["rm", "MY_PARAM_1", "--env", "prod", "--yes"]).code, 5, "prod is protected");
}

#[test]
fn the_list_says_who_reads_what() {
    let project = Project::embedded();
    project.write("more.toml", "[secrets.parameters.NOBODYS]\n");
    set(&project, "MY_PARAM_1", "more", VALUE);
    let listed = secrets(&project, &["list", "--env", "more", "--format", "json"]).success().json();
    let row = |name: &str| {
        let rows = listed.as_array().expect("rows");
        rows.iter().find(|row| row["secret"] == name).expect("a row").clone()
    };
    assert_eq!(row("MY_PARAM_1")["read_by"], json!(["ecs_service"]));
    assert_eq!((&row("MY_PARAM_1")["tagged"], &row("NOBODYS")["read_by"]), (&json!(true), &json!([])));
    let text = secrets(&project, &["list", "--env", "more"]).success().stdout;
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).expect("a line").to_owned();
    assert!(line("MY_PARAM_1").ends_with("ecs_service") && line("NOBODYS").ends_with("unused"), "{text}");
}
