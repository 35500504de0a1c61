//! Nothing runs but what was approved.

use std::os::unix::fs::PermissionsExt;

use crate::project::Project;

fn set_mode(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

/// What every command says that needs the plugins, and that `remove` helps.
fn is_refused(project: &Project, told: &str) {
    for command in [&["plan", "dev"][..], &["config", "check"], &["secrets", "list", "--env", "dev"]] {
        let refused = project.run(command);
        assert_eq!(refused.code, 3, "{command:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("the plugin `journal` was not loaded"), "{}", refused.stderr);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
    assert!(!project.local_folder().exists(), "something was called");
    let list = project.run(&["plugin", "list"]).success().stdout;
    assert!(list.lines().last().is_some_and(|line| line.contains("journal") && line.len() > 30), "{list}");
    project.run(&["plugin", "remove", "journal"]).success();
    project.run(&["plan", "dev"]).success();
}

#[test]
fn a_file_that_has_changed_is_refused_by_name() {
    let project = Project::embedded();
    let folder = project.approved_plugin("journal");
    super::edit(&folder.join("main.py"), "retention_days", "retention_days");
    project.run(&["config", "check"]).success();
    super::edit(&folder.join("main.py"), "\"\"\"The plugin", "\"\"\"A plugin");
    is_refused(&project, "`plugins/journal/main.py` has changed since it was approved");
}

#[test]
fn a_file_that_is_gone_is_refused_by_name() {
    let project = Project::embedded();
    let folder = project.approved_plugin("journal");
    std::fs::remove_file(folder.join("main.py")).expect("removed");
    is_refused(&project, "`plugins/journal/main.py` cannot be read");
}

#[test]
fn a_file_that_everybody_may_write_to_is_refused_by_name() {
    let project = Project::embedded();
    let folder = project.approved_plugin("journal");
    set_mode(&folder.join("main.py"), 0o777);
    is_refused(&project, "everybody may write to `plugins/journal/main.py`");
}

#[test]
fn a_folder_that_everybody_may_write_to_is_refused_by_name() {
    let project = Project::embedded();
    let folder = project.approved_plugin("journal");
    set_mode(&folder, 0o777);
    is_refused(&project, "everybody may write to `");
}

#[test]
fn a_lock_that_is_damaged_or_too_new_is_refused() {
    let project = Project::embedded();
    project.approved_plugin("journal");
    for (text, told) in [("version = 7\n", "has version 7"), ("plugins = 1\n", "is damaged"), ("\u{0}", "is damaged")] {
        std::fs::write(project.path().join("deploy-plugins.lock"), text).expect("written");
        let refused = project.run(&["plan", "dev"]);
        assert_eq!(refused.code, 3, "{}", refused.stderr);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
}

#[test]
fn one_that_is_broken_keeps_no_other_from_being_added_or_removed() {
    let project = Project::embedded();
    let folder = project.approved_plugin("journal");
    std::fs::write(folder.join("main.py"), "#!/bin/sh\nexit 1\n").expect("written");
    project.approved_plugin("diary");
    project.run(&["plugin", "inspect", "diary"]).success();
    let refused = project.run(&["plan", "dev"]);
    assert_eq!(refused.code, 3);
    assert!(refused.stderr.contains("`journal`") && !refused.stderr.contains("`diary`"), "{}", refused.stderr);
    project.run(&["plugin", "remove", "journal"]).success();
    project.run(&["plan", "dev"]).success();
}

#[test]
fn variables_that_lead_to_secrets_do_not_reach_a_plugin() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    let main = std::fs::read_to_string(folder.join("main.py")).expect("a file");
    let told = "import os\nprint(sorted(os.environ), file=sys.stderr)\n";
    std::fs::write(folder.join("main.py"), main.replace("def initialize", &format!("{told}\n\ndef initialize")))
        .expect("written");
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    let mut command = project.command(&["config", "check", "-v"]);
    command.env("AWS_SECRET_ACCESS_KEY", "x").env("MY_TOKEN", "x").env("LANG", "C.UTF-8");
    let outcome = Project::finish(command, b"").success();
    assert!(outcome.stderr.contains("'LANG'") && outcome.stderr.contains("'PATH'"), "{}", outcome.stderr);
    for name in ["AWS_", "MY_TOKEN", "HOME", "DEPLOY_"] {
        assert!(!outcome.stderr.contains(name), "{name}: {}", outcome.stderr);
    }
}
