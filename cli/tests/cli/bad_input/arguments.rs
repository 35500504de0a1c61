//! What is typed: environments, options, `--set`, folders.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::{refused, refused_command, says};
use crate::project::{Outcome, Project};

const NO_TEXT: &[u8] = b"app=\xff";

fn refused_set(assignment: &str) -> Outcome {
    refused(&Project::embedded(), &["apply", "dev", "--yes", "--set", assignment], 3)
}

#[test]
fn an_unknown_environment_lists_those_that_exist() {
    for arguments in [&["plan", "prdo"][..], &["apply", "prdo", "--yes"], &["destroy", "prdo", "--yes"]] {
        says(&refused(&Project::embedded(), arguments, 3), &["`prdo`", "`prod`", "article, dev, prod"]);
    }
}

#[test]
fn the_name_of_an_environment_is_no_path() {
    let project = Project::embedded();
    for name in ["a/b", "../dev", "..", ".", "", "/etc/passwd", "dev\n", "-", &"x".repeat(33), &"x".repeat(100_000)] {
        says(&refused(&project, &["plan", name], 3), &["cannot be the name of an environment"]);
        says(&refused(&project, &["apply", "--yes", "--env", name], 3), &["cannot be the name of an environment"]);
    }
    let outcome = refused(&project, &["apply", "default", "--yes"], 3);
    says(&outcome, &["what all environments share", "article, dev, prod"]);
}

#[test]
fn an_environment_is_named_once() {
    let project = Project::embedded();
    says(&refused(&project, &["apply", "dev", "--env", "prod", "--yes"], 3), &["`dev`", "`prod`"]);
    says(&refused(&project, &["destroy", "--yes"], 3), &["no environment is named", "article, dev, prod"]);
}

#[test]
fn what_is_no_command_or_option_is_refused() {
    let project = Project::embedded();
    let cases: &[(&[&str], &str)] = &[
        (&["apply", "dev", "--yess"], "--yes"),
        (&["apply", "dev", "prod"], "prod"),
        (&["aply", "dev"], "apply"),
        (&["apply", "dev", "--format", "xml"], "json"),
        (&["apply", "dev", "--yes", "--set"], "KEY=VALUE"),
        (&["secrets"], "set, get, list"),
        (&["local", "serve", "--port", "99999"], "99999"),
        (&["secrets", "set", "MY_PARAM_1", "hunter2"], "a value is no argument"),
    ];
    for (arguments, word) in cases {
        says(&refused(&project, arguments, 3), &[word]);
    }
}

#[test]
fn an_argument_that_is_no_text_is_refused() {
    let project = Project::embedded();
    for arguments in [&["apply", "dev", "--yes", "--set"][..], &["apply", "--yes"], &["secrets", "set"]] {
        let mut command = project.command(arguments);
        command.arg(OsStr::from_bytes(NO_TEXT));
        says(&refused_command(&project, command, b"x", 3), &["UTF-8"]);
    }
}

#[test]
fn a_setting_that_is_none_is_refused() {
    let cases = [
        ("production", "has no `=`"),
        ("=1", "not a dotted key"),
        ("a..b=1", "not a dotted key"),
        ("a b=1", "not a dotted key"),
        ("ecs.services.ecs_service.cpuu=1", "`cpu`"),
        ("ecs.services.ecs_service.cpu=much", "an integer"),
        ("ecs.services.ecs_service.cpu=", "an integer"),
        ("production=yes", "a boolean"),
        ("ecs.services.ecs_service.subnets=[1", "invalid TOML"),
        ("app=a\nb", "`app`"),
        ("aws.region=Tokyo", "ap-northeast-1"),
        ("unset=[\"nothing\"]", "matches nothing"),
    ];
    for (assignment, word) in cases {
        says(&refused_set(assignment), &["--> --set", word]);
    }
}

/// As deep as the system lets one argument be long.
#[test]
fn a_deep_setting_is_refused() {
    let deep = 10_000;
    let arrays = format!("ecs.services.ecs_service.subnets={}{}", "[".repeat(deep), "]".repeat(deep));
    let tables = format!("tags={}1{}", "{a=".repeat(deep), "}".repeat(deep));
    for assignment in [&arrays, &tables] {
        says(&refused_set(assignment), &["--> --set", "nested more than 32 levels deep"]);
    }
    says(&refused_set(&format!("{}a=1", "a.".repeat(deep))), &["--> --set", "not a dotted key"]);
    says(&refused_set(&format!("app={}", "x".repeat(100_000))), &["--> --set", "`app`"]);
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let project = Project::embedded();
    for folder in ["nowhere", "environments/dev.toml"] {
        says(&refused(&project, &["-C", folder, "apply", "dev", "--yes"], 3), &[folder, "`-C`"]);
    }
}

#[test]
fn no_terminal_and_no_approval_is_an_error_at_once() {
    let project = Project::embedded();
    // The first look at the embedded AWS makes it; what follows must leave it as it is.
    project.run(&["plan", "dev"]).success();
    for arguments in [&["apply", "dev"][..], &["destroy", "dev"]] {
        says(&refused(&project, arguments, 5), &["no terminal", "`--yes`"]);
    }
}

#[test]
fn production_asks_for_more_than_yes() {
    let project = Project::embedded();
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", "prod"], "a value").success();
    }
    let outcome = refused(&project, &["apply", "prod", "--yes"], 5);
    says(&outcome, &["changes production (`prod`)", "deploy plan prod -o prod.plan"]);
}

/// What was planned is on the screen all the same, and no plan is lost unseen.
#[test]
fn a_plan_that_cannot_be_saved_says_so() {
    let project = Project::embedded();
    project.run(&["plan", "dev"]).success();
    for file in ["no/such/dev.plan", "environments"] {
        says(&refused(&project, &["plan", "dev", "-o", file], 1), &["cannot write", file]);
    }
}
