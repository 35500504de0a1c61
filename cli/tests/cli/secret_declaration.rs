//! `secrets set` of a name that no file declares: on a terminal it can be declared then and there.

use std::os::unix::fs::PermissionsExt;

use rexpect::session::PtySession;

use crate::project::Project;
use crate::terminal::{end, terminal};

fn begin(project: &Project, environment: &str) -> PtySession {
    let mut session = terminal(project, &["secrets", "set", "NEW_ONE", "--env", environment]);
    session.exp_string("Declare it?").expect("the question");
    session
}

fn file(project: &Project, name: &str) -> std::path::PathBuf {
    project.path().join("environments").join(name)
}

fn text(project: &Project, name: &str) -> String {
    std::fs::read_to_string(file(project, name)).expect("a file")
}

fn agree_and_type(mut session: PtySession) {
    session.send_line("y").expect("a key");
    for _ in 0..2 {
        session.exp_string(":").expect("the hidden prompt");
        session.send_line("a value").expect("keys");
    }
    let (screen, code) = end(session);
    assert_eq!(code, 0, "{screen}");
}

fn files(project: &Project) -> usize {
    std::fs::read_dir(project.path().join("environments")).expect("a folder").count()
}

#[test]
fn a_new_name_is_declared_beside_the_others_and_nothing_else_changes() {
    let project = Project::embedded();
    let (before, count) = (text(&project, "default.toml"), files(&project));
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(file(&project, "default.toml"), mode.clone()).expect("a mode");
    agree_and_type(begin(&project, "dev"));
    let expected = before.replace(
        "[secrets.parameters.MY_PARAM_2]\n",
        "[secrets.parameters.MY_PARAM_2]\n[secrets.parameters.NEW_ONE]\n",
    );
    assert_eq!(text(&project, "default.toml"), expected);
    let kept = std::fs::metadata(file(&project, "default.toml")).expect("a file").permissions();
    assert_eq!((kept.mode() & 0o777, files(&project)), (0o640, count));
    let value = project.run(&["secrets", "get", "NEW_ONE", "--env", "dev", "--reveal"]).success().stdout;
    assert_eq!(value, "a value");
}

#[test]
fn an_environment_that_takes_no_shared_secret_declares_its_own() {
    let project = Project::embedded();
    let own = "unset = [\"secrets.parameters\", \"ecs.services\", \"ecs.repositories\"]\n";
    project.write("own.toml", own);
    agree_and_type(begin(&project, "own"));
    assert_eq!(text(&project, "own.toml"), format!("{own}\n[secrets.parameters.NEW_ONE]\n"));
}

#[test]
fn who_says_no_keeps_the_files_and_who_edits_meanwhile_loses_nothing() {
    let project = Project::embedded();
    let (before, count) = (text(&project, "default.toml"), files(&project));
    let mut session = begin(&project, "dev");
    session.send_line("n").expect("a key");
    assert_eq!(end(session).1, 5);
    assert_eq!(text(&project, "default.toml"), before);

    let mut session = begin(&project, "dev");
    project.write("default.toml", before.clone() + "# edited\n");
    session.send_line("y").expect("a key");
    let (screen, code) = end(session);
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("somebody else has just changed it"), "{screen}");
    assert_eq!((text(&project, "default.toml"), files(&project)), (before + "# edited\n", count));
}

/// A name that would make the environment wrong is not offered: what is wrong with it is said.
#[test]
fn a_name_that_cannot_be_declared_is_told_before_anything_is_asked() {
    let project = Project::embedded();
    project.write("flat.toml", "[secrets]\npath = \"\"\n");
    let (screen, code) = end(terminal(&project, &["secrets", "set", "AWS_KEY", "--env", "flat"]));
    assert_eq!(code, 3, "{screen}");
    assert!(screen.contains("keeps for itself"), "{screen}");
}

/// One that would make another environment wrong, or that the shared file has no room for, is declared where it is meant.
#[test]
fn what_the_shared_file_cannot_hold_goes_into_the_environments_own() {
    let project = Project::embedded();
    let before = text(&project, "default.toml");
    // The parameters of `article` stand on no path, where `aws` is taken.
    let mut session = terminal(&project, &["secrets", "set", "AWS_KEY", "--env", "dev"]);
    session.exp_string("this line is added to environments/dev.toml").expect("the file");
    session.exp_string("Declare it?").expect("the question");
    session.send_line("n").expect("a key");
    assert_eq!(end(session).1, 5);

    let tables = "[secrets.parameters.MY_PARAM_1]\n[secrets.parameters.MY_PARAM_2]\n";
    let inline = before.replace(tables, "[secrets]\nparameters = { MY_PARAM_1 = {}, MY_PARAM_2 = {} }\n");
    assert_ne!(inline, before);
    project.write("default.toml", &inline);
    agree_and_type(begin(&project, "dev"));
    assert_eq!(text(&project, "default.toml"), inline);
    assert!(text(&project, "dev.toml").contains("\n[secrets.parameters.NEW_ONE]\n"));
}

#[test]
fn without_a_terminal_the_line_and_the_file_are_named() {
    let project = Project::embedded();
    let outcome = project.run_with_input(&["secrets", "set", "NEW_ONE", "--env", "dev"], "x");
    assert_eq!(outcome.code, 3);
    let help = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = "add this line to environments/default.toml: `[secrets.parameters.NEW_ONE]`";
    assert!(help.contains(words) && help.contains("declared are: MY_PARAM_1, MY_PARAM_2"), "{}", outcome.stderr);
}
