//! Secrets that cannot be set.

use super::{refused, refused_command, says};
use crate::project::Project;

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
        says(&outcome, &["declares no secret of such a name", "MY_PARAM_1, MY_PARAM_2"]);
        assert!(!outcome.stderr.contains("[secrets.parameters."), "no key can be that:\n{}", outcome.stderr);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let project = Project::embedded();
    // What is no file may be the value itself.
    for (file, named) in [("missing", "the file of `--from-file`"), ("environments", "`environments`")] {
        let arguments = ["secrets", "set", "MY_PARAM_1", "--env", "dev", "--from-file", file];
        let outcome = refused(&project, &arguments, 3);
        says(&outcome, &[named]);
        assert!(!outcome.stderr.contains("missing"), "{}", outcome.stderr);
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

/// Who copies a suggestion must not find themselves in a real account.
#[test]
fn a_suggestion_acts_where_the_run_did() {
    let project = Project::embedded();
    let mut command = project.command(&["plan", "article", "--local"]);
    command.env_remove("DEPLOY_LOCAL");
    let outcome = Project::finish(command, b"");
    assert!(outcome.stdout.contains("help: deploy secrets set MY_PARAM_1 --env article --local"), "{}", outcome.stdout);
}

/// What was typed or written by mistake, in every place that people try.
#[test]
fn a_value_in_the_wrong_place_is_never_repeated() {
    let project = Project::embedded();
    let typed: [&[&str]; 6] = [
        &["MY_PARAM_1", "hunter-two"],
        &["MY_PARAM_1=hunter-two"],
        &["MY_PARAM_1", "--value", "hunter-two"],
        &["MY_PARAM_1", "--value=hunter-two"],
        &["MY_PARAM_1", "-hunter-two"],
        &["MY_PARAM_1", "more", "--", "hunter-two"],
    ];
    for arguments in typed {
        let outcome = refused(&project, &[&["secrets", "set", "--env", "dev"], arguments].concat(), 3);
        says(&outcome, &["a value is no argument", "deploy secrets set MY_PARAM_1"]);
        assert!(!outcome.stderr.contains("hunter-two"), "{}", outcome.stderr);
    }
    let written = [
        "[secrets.parameters.MY_PARAM_1]\nvalue = \"hunter-two\"\n",
        "[secrets.parameters]\nMY_PARAM_1 = \"hunter-two\"\n",
        "secrets.parameters.MY_PARAM_1.value = 'hunter-two'\n",
        "[secrets.parameters.MY_PARAM_1]\nvalue = \"hunter-two\n",
        "[secrets.parameters.MY_PARAM_1]\nvalue = hunter-two\n",
        "[secrets.parameters]\nMY_PARAM_1 = { value = \"hunter-two\" }\n",
    ];
    for text in written {
        project.write("wrong.toml", text);
        let outcome = refused(&project, &["plan", "wrong"], 3);
        says(&outcome, &["wrong.toml:"]);
        assert!(!outcome.stderr.contains("hunter-two"), "{}", outcome.stderr);
    }
    let container = "ecs.services.ecs_service.containers.ecs_service";
    let written = [
        format!("[{container}]\nsecrets = {{ MY_PARAM_1 = \"hunter-two\" }}\n"),
        format!("[{container}.secrets]\nMY_PARAM_1 = \"hunter-two\"\n"),
        format!("[{container}]\nsecrets = [\"MY_PARAM_1=hunter-two\"]\n"),
        format!("[{container}]\nMY_PARAM_3 = \"hunter-two\"\n"),
        "[secrets.parameters.MY_PARAM_1]\ntype = \"hunter-two\"\n".to_owned(),
    ];
    for text in written {
        project.write("wrong.toml", &text);
        let outcome = refused(&project, &["plan", "wrong"], 3);
        says(&outcome, &["wrong.toml:"]);
        assert!(!outcome.stderr.contains("hunter-two"), "{text}{}", outcome.stderr);
    }
    project.write("wrong.toml", "");
    for set in ["MY_PARAM_1.value", "MY_PARAM_1", "MY_PARAM_1.generate", "MY_PARAM_1.type"] {
        let set = format!("secrets.parameters.{set}=hunter-two");
        let outcome = refused(&project, &["plan", "dev", "--set", &set], 3);
        assert!(!outcome.stderr.contains("hunter-two"), "{set}: {}", outcome.stderr);
    }
    let mut command = project.command(&["plan", "dev"]);
    command.env("DEPLOY_SECRETS__PARAMETERS__MY_PARAM_1", "hunter-two");
    let outcome = refused_command(&project, command, b"", 3);
    assert!(!outcome.stderr.contains("hunter-two"), "{}", outcome.stderr);
    let typed: [&[&str]; 6] = [
        &["import", "MY_PARAM_1=hunter-two"],
        &["import", "{\"MY_PARAM_1\":\"hunter-two\"}"],
        &["copy", "MY_PARAM_1=hunter-two", "--from", "dev", "--to", "prod"],
        &["set", "hunter-two with spaces"],
        &["get", "MY_PARAM_1", "--reveal=hunter-two"],
        &["list", "dev", "hunter-two"],
    ];
    for arguments in typed {
        let outcome = refused(&project, &[&["secrets"], arguments].concat(), 3);
        assert!(!outcome.stderr.contains("hunter-two"), "{arguments:?}: {}", outcome.stderr);
    }
    let command = project.command(&["secrets", "import", "--env", "dev", "--yes"]);
    let outcome = refused_command(&project, command, b"HunterTwo/abc+x==\n", 3);
    assert!(!outcome.stderr.contains("HunterTwo"), "{}", outcome.stderr);
}
