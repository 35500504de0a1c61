//! Secrets that cannot be set.

use crate::project::{Outcome, Project};
use crate::{refused, refused_command, says};

fn set(project: &Project, name: &str, value: &[u8], words: &[&str]) {
    let command = project.command(&["secrets", "set", name, "--env", "dev"]);
    let outcome = refused_command(project, command, value, 3);
    says(&outcome, words);
    let shown = String::from_utf8_lossy(value);
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(shown.trim().len() < 3 || !said.contains(shown.trim()), "it shows the value:\n{said}");
}

#[test]
fn a_value_that_cannot_be_stored_is_refused_and_not_shown() {
    let project = Project::embedded();
    let cases: [(&[u8], &str); 6] = [
        (b"", "empty"),
        (b"\n", "empty"),
        (&[b'v'; 8193], "8192 bytes"),
        (b"hunter\0two", "NUL"),
        (b"hunter\xfftwo", "no text"),
        (b"hunter{{ssm:two}}", "`{{`"),
    ];
    for (value, word) in cases {
        set(&project, "MY_PARAM_1", value, &[word]);
    }
    let listed = project.run(&["secrets", "list", "dev", "--format", "json"]).success();
    assert!(listed.json()[0]["version"].is_null(), "{}", listed.stdout);
}

/// What is too large for a standard parameter becomes an advanced one.
#[test]
fn a_large_value_is_stored() {
    let project = Project::embedded();
    let set = |value: &str| project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", "dev"], value).success();
    set(&"v".repeat(4097));
    set(&"v".repeat(8192));
}

#[test]
fn a_secret_that_is_not_declared_is_refused() {
    let project = Project::embedded();
    set(
        &project,
        "MY_PARAM_3",
        b"x",
        &["no secret `MY_PARAM_3`", "MY_PARAM_1, MY_PARAM_2", "[secrets.parameters.MY_PARAM_3]"],
    );
    for name in ["a/b", "/ecs-parameter-store/dev/MY_PARAM_1", "", "a b"] {
        let command = project.command(&["secrets", "set", name, "--env", "dev"]);
        let outcome = refused_command(&project, command, b"x", 3);
        says(&outcome, &["declares no secret", "MY_PARAM_1, MY_PARAM_2"]);
        assert!(!outcome.stderr.contains("[secrets.parameters."), "no key can be that:\n{}", outcome.stderr);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let project = Project::embedded();
    for file in ["missing", "environments"] {
        let arguments = ["secrets", "set", "MY_PARAM_1", "--env", "dev", "--from-file", file];
        says(&refused(&project, &arguments, 3), &[file]);
    }
}

#[test]
fn a_missing_secret_blocks_and_says_how_to_set_it() {
    let project = Project::embedded();
    project.run(&["plan", "article"]).success();
    let outcome = refused(&project, &["apply", "article", "--yes"], 5);
    let screen = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(screen.contains("deploy secrets set MY_PARAM_1 --env article"), "{screen}");
}

/// A value that was typed where none belongs is repeated nowhere, and the help says where it belongs.
fn hides(outcome: &Outcome, words: &[&str]) {
    says(outcome, words);
    says(outcome, &["deploy secrets set", "standard input", "`--from-file`"]);
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!said.contains("hunter"), "it shows the value:\n{said}");
}

/// In every way that people try.
#[test]
fn a_value_that_was_typed_as_an_argument_is_not_repeated() {
    let project = Project::embedded();
    let typed: [&[&str]; 7] = [
        &["MY_PARAM_1", "hunter2"],
        &["MY_PARAM_1=hunter2"],
        &["MY_PARAM_1", "--value", "hunter2"],
        &["MY_PARAM_1", "--value=hunter2"],
        &["MY_PARAM_1", "-hunter2"],
        &["MY_PARAM_1", "more", "--", "hunter2"],
        &["MY_PARAM_1", "--form-file", "hunter2"],
    ];
    for arguments in typed {
        let outcome = refused(&project, &[&["secrets", "set", "--env", "dev"], arguments].concat(), 3);
        says(&outcome, &["a value is no argument", "deploy secrets set MY_PARAM_1", "`--from-file`"]);
        assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
    }
    hides(&refused(&project, &["secrets", "set", "MY_PARAM_1", "--local=hunter2"], 3), &[]);
}

#[test]
fn a_value_that_was_written_into_a_file_is_not_repeated() {
    let files = [
        ("[secrets.parameters.X]\nvalue = \"hunter2\"\n", "unknown key `secrets.parameters.X.value`"),
        ("[secrets.parameters.X]\nvalue = \"\"\"\nhunter2\nhunter3\"\"\"\n", "unknown key"),
        ("[secrets.parameters]\nX = \"hunter2\"\n", "expected a table"),
        ("[secrets.parameters]\nX = { value = \"hunter2\", typo = 1 }\n", "unknown key"),
        ("[secrets]\nX = \"hunter2\"\nparameters.Y = \"hunter2\"\n", "expected a table"),
        ("secrets.parameters.X.value = \"hunter2\"\n", "unknown key"),
        ("secrets = { parameters = { X = { value = \"hunter2\" } }, typo = 1 }\n", "unknown key `secrets.typo`"),
        ("[secrets.parameters.X]\nvalue = \"hunter2\n", "invalid TOML"),
        ("[secrets.parameters.X]\nvalue = hunter2\n", "invalid TOML"),
        ("[secrets.parameters.X]\nvalue = \"\"\"\nhunter2\n", "invalid TOML"),
        ("[secrets.parameters.X]\nvalue = \"hunter2\"\nvalue = \"hunter2\"\n", "duplicate key"),
    ];
    for (file, word) in files {
        let project = Project::embedded();
        project.write("bad.toml", file);
        let outcome = refused(&project, &["plan", "bad"], 3);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!said.contains("hunter"), "it shows the value:\n{said}");
        says(&outcome, &[word, "environments/bad.toml:"]);
    }
    let project = Project::embedded();
    project.write("bad.toml", "[secrets.parameters.X]\nvalue = \"hunter2\"\n");
    hides(&refused(&project, &["plan", "bad"], 3), &["value = (hidden)", "`deploy secrets set X`"]);
}

#[test]
fn a_value_that_was_given_as_a_setting_is_not_repeated() {
    let project = Project::embedded();
    for setting in [
        "secrets.parameters.X=hunter2",
        "secrets.parameters.X.value=hunter2",
        "secrets.parameters={ X = \"hunter2\" }",
        "secrets.parameters={ X = \"hunter2",
    ] {
        hides(&refused(&project, &["plan", "dev", "--set", setting], 3), &["--> --set"]);
    }
    says(&refused(&project, &["plan", "dev", "--set", "secrets.a b=c"], 3), &["`--set secrets.a b=…`"]);
    let mut command = project.command(&["plan", "dev"]);
    command.env("DEPLOY_SECRETS__PARAMETERS__X", "hunter2");
    hides(&refused_command(&project, command, b"", 3), &["--> DEPLOY_SECRETS__PARAMETERS__X"]);
}
