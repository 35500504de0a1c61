//! A plugin's life: begun, approved, planned, applied, built anew, taken out.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::project::Project;

#[test]
fn a_plugins_resource_is_like_any_other() {
    let project = Project::embedded();
    project.approved_plugin("journal");
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(plan.contains("+ log group journal"), "{plan}");
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);

    let plan = project.run(&["plan", "dev", "--set", "journal.retention_days=60"]).success().stdout;
    assert!(plan.contains("retention_days") && plan.contains("30 -> 60") && plan.contains("--set"), "{plan}");
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    let gone = project.run(&["plugin", "remove", "journal"]).success();
    assert!(gone.stderr.contains("journal is out of deploy-plugins.lock"), "{}", gone.stderr);
    assert!(!project.run(&["plan", "dev"]).success().stdout.contains("journal"));
}

#[test]
fn a_plugins_section_is_part_of_the_configuration() {
    let project = Project::embedded();
    project.approved_plugin("journal");
    let schema = project.run(&["config", "schema"]).success().json();
    assert!(schema.pointer("/properties/journal").is_some(), "{schema}");
    let shown = project.run(&["config", "show", "dev", "--origin"]).success().stdout;
    assert!(shown.contains("journal.retention_days = 30") && shown.contains("built-in default"), "{shown}");

    let wrong = project.run(&["config", "check", "dev", "--set", "journal.retention_day=60"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains("a similar key exists: `retention_days`"), "{}", wrong.stderr);
    let wrong = project.run(&["config", "check", "dev", "--set", "journal.retention_days=soon"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    // The kind's own rules hold for what a plugin desires, before anything is called.
    let wrong = project.run(&["plan", "dev", "--set", "journal.retention_days=0"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
}

#[test]
fn inputs_that_no_kind_takes_are_a_problem_of_the_configuration() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    super::edit(&folder.join("main.py"), "\"retention_days\": config[", "\"retention\": config[");
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    let wrong = project.run(&["plan", "dev"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(
        wrong.stderr.contains("`ecs.log_group.journal`, which [journal] asks for, cannot be made"),
        "{}",
        wrong.stderr
    );
    assert!(wrong.stderr.contains("unknown field `retention`"), "{}", wrong.stderr);
}

#[test]
fn what_is_built_in_and_what_is_approved_can_be_looked_at() {
    let project = Project::embedded();
    project.plugin("journal");
    let own = project.run(&["plugin", "inspect", "ecs"]).success().stdout;
    assert!(own.contains("kind ecs.log_group") && own.contains("retention_days"), "{own}");
    for line in [
        "cluster.name                    string, default \"{prefix}\"",
        "services.NAME.desired_count     integer, default 1",
        "kind ecs.log_group",
        "name                            string, required, forces replacement, unique",
        "outputs of ecs.log_group",
        "      Whether CloudWatch Container Insights collects metrics.",
    ] {
        assert!(own.lines().any(|shown| shown.trim_end().ends_with(line)), "no `{line}`: {own}");
    }
    let unknown = project.run(&["plugin", "inspect", "plugins/journal"]).success();
    assert!(unknown.stdout.contains("journal 0.1.0, not approved, wants nothing"), "{}", unknown.stdout);
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    let approved = project.run(&["plugin", "inspect", "journal"]).success().stdout;
    assert!(approved.contains("section [journal]") && approved.contains("retention_days"), "{approved}");

    let list = project.run(&["plugin", "list", "--format", "json"]).success().json();
    let names: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["network", "security", "secrets", "iam", "ecs", "journal"]);
    let missing = project.run(&["plugin", "inspect", "jurnal"]);
    assert_eq!(missing.code, 3);
    assert!(missing.stderr.contains("there is no plugin `jurnal`"), "{}", missing.stderr);
}

/// The program alone in a folder carries its plugins itself; beside the small one it has that carry them.
#[test]
fn plugins_are_carried_with_and_without_the_small_program() {
    let project = Project::embedded();
    project.approved_plugin("journal");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (whole, small) = (folder.path().join("deploy"), folder.path().join("deploy-plugin-host"));
    std::fs::hard_link(env!("CARGO_BIN_EXE_deploy"), &whole).expect("the program under another path");
    let check = || {
        let usual = project.command(&["config", "check"]);
        let mut command = Command::new(&whole);
        command.args(usual.get_args()).env_clear().current_dir(project.path());
        command.envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Project::finish(command, b"").success();
    };
    check();
    let trace = folder.path().join("trace");
    let real = env!("CARGO_BIN_EXE_deploy-plugin-host");
    let script = format!("#!/bin/sh\n: > '{}'\nexec '{real}' \"$@\"\n", trace.display());
    std::fs::write(&small, script).expect("written");
    std::fs::set_permissions(&small, std::fs::Permissions::from_mode(0o700)).expect("a mode");
    check();
    assert!(trace.exists(), "the small program was not started");
}
