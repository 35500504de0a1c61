//! Values that come from nowhere, or from what is no file; and names that no parameter can have.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::{refused, refused_command, says};
use crate::project::Project;

fn set(project: &Project, more: &[&str]) -> Command {
    project.command(&[&["secrets", "set", "MY_PARAM_1", "--env", "dev"], more].concat())
}

/// Standard input that is closed, as `<&-` does, is one that is empty.
#[test]
fn a_closed_standard_input_holds_no_value() {
    let project = Project::embedded();
    let program = env!("CARGO_BIN_EXE_deploy");
    for (arguments, words) in [
        ("secrets set MY_PARAM_1 --env dev", ["the value is empty", "nothing was set"]),
        ("secrets import --env dev --yes", ["standard input holds no secret", "nothing was set"]),
    ] {
        for redirection in ["<&-", "</dev/null"] {
            let mut command = set(&project, &[]);
            command = {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("exec {program} {arguments} {redirection}")]).current_dir(project.path());
                shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
                shell
            };
            says(&refused_command(&project, command, b"", 3), &words);
        }
    }
}

#[test]
fn what_is_no_file_is_refused_as_such() {
    let project = Project::embedded();
    let made = Command::new("mkfifo").arg(project.path().join("pipe")).status().expect("mkfifo");
    assert!(made.success());
    // What is no file at all may be the value itself, and is not repeated.
    let unnamed = "the file of `--from-file`";
    for (file, named, words) in [
        ("missing", unnamed, "No such file"),
        ("environments", "environments", "it is a folder"),
        ("pipe", "pipe", "a named pipe that nobody writes to"),
        ("missing/file", unnamed, "No such file"),
    ] {
        let outcome = refused_command(&project, set(&project, &["--from-file", file]), b"", 3);
        says(&outcome, &[named, words, "nothing was set"]);
        says(&refused(&project, &["secrets", "import", file, "--env", "dev", "--yes"], 3), &[file, words]);
    }
    std::fs::write(project.path().join("closed"), "value").expect("a file");
    std::fs::set_permissions(project.path().join("closed"), PermissionsExt::from_mode(0o000)).expect("a mode");
    // Root may read everything.
    if std::fs::read(project.path().join("closed")).is_err() {
        let outcome = refused_command(&project, set(&project, &["--from-file", "closed"]), b"", 3);
        says(&outcome, &["closed", "Permission denied", "that you may read"]);
    }
}

/// `--from-file <(command)` names a pipe that somebody writes to.
#[test]
fn a_pipe_that_is_written_to_is_a_file() {
    let project = Project::embedded();
    let pipe = project.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut command = set(&project, &["--from-file", "pipe"]);
    command.stdin(Stdio::null());
    let writer = std::thread::spawn(move || std::fs::write(pipe, "from a pipe").expect("written"));
    Project::finish(command, b"").success();
    writer.join().expect("a thread");
    let value = project.run(&["secrets", "get", "MY_PARAM_1", "--env", "dev", "--reveal"]).success().stdout;
    assert_eq!(value, "from a pipe");
}

#[test]
fn a_name_that_no_parameter_can_have_is_refused_with_its_place() {
    let project = Project::embedded();
    let deep = format!("/{}", ["l"; 16].join("/"));
    let long = format!("/{}", "n".repeat(1011));
    for (name, words) in [
        ("aws_key", "keeps for itself"),
        ("/AWS/key", "keeps for itself"),
        ("ssm.key", "keeps for itself"),
        ("/deploy/shop/x", "records"),
        (&deep, "16 levels; 15 are allowed"),
        (&long, "1012 characters; 1011 are allowed"),
        ("a/b", "does not begin with `/`"),
        ("/a b", "contains ` `"),
        ("/a//b", "empty level"),
    ] {
        project.write("named.toml", format!("[secrets.parameters.MINE]\nname = \"{name}\"\n"));
        let arguments = ["secrets", "set", "MINE", "--env", "named"];
        says(&refused_command(&project, project.command(&arguments), b"hunter2", 3), &["named.toml:2", words]);
    }
}

#[test]
fn an_environment_that_is_none_is_named() {
    let project = Project::embedded();
    for arguments in [
        &["secrets", "set", "MY_PARAM_1", "--env", "nowhere"][..],
        &["secrets", "import", "--env", "nowhere", "--yes"],
        &["secrets", "copy", "MY_PARAM_1", "--from", "dev", "--to", "nowhere", "--yes"],
        &["secrets", "rm", "MY_PARAM_1", "--env", "nowhere", "--yes"],
        &["secrets", "rollback", "MY_PARAM_1", "--env", "nowhere", "--yes"],
    ] {
        says(&refused_command(&project, project.command(arguments), b"hunter2", 3), &["nowhere", "dev, prod"]);
    }
}
