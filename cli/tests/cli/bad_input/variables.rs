//! `DEPLOY_…` variables.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::{refused_command, says};
use crate::project::{Outcome, Project};

fn refused_variable(name: &[u8], value: &[u8]) -> Outcome {
    let project = Project::embedded();
    let mut command = project.command(&["apply", "--yes"]);
    command.env(OsStr::from_bytes(name), OsStr::from_bytes(value));
    refused_command(&project, command, b"", 3)
}

#[test]
fn a_variable_that_is_no_text_is_refused() {
    says(&refused_variable(b"DEPLOY_APP", b"\xff"), &["--> DEPLOY_APP", "UTF-8", "unset DEPLOY_APP"]);
    says(&refused_variable(b"DEPLOY_AWS__\xff", b"x"), &["DEPLOY_AWS__", "leads nowhere"]);
    says(&refused_variable(b"DEPLOY_LOCAL", b"\xff"), &["UTF-8"]);
    // Passed over, it would be the default environment.
    says(&refused_variable(b"DEPLOY_ENV", b"\xff"), &["cannot be the name of an environment"]);
}

#[test]
fn a_variable_that_sets_nothing_is_refused() {
    let cases: [(&str, &str, &str); 6] = [
        ("DEPLOY_ECS__SERVICES__ECS_SERVICE__CPUU", "1", "cpu"),
        ("DEPLOY_ESC__SERVICES", "1", "`ecs`"),
        ("DEPLOY_PRODUCTION", "yes", "a boolean"),
        ("DEPLOY_ECS__SERVICES__ECS_SERVICE__CPU", "", "an integer"),
        ("DEPLOY_AWS__REGION", "Tokyo", "ap-northeast-1"),
        ("DEPLOY_APP", "a\nb", "`app`"),
    ];
    for (name, value, word) in cases {
        says(&refused_variable(name.as_bytes(), value.as_bytes()), &[&format!("--> {name}"), word]);
    }
    says(&refused_variable(b"DEPLOY_ENV", b"prdo"), &["`prdo`", "`prod`"]);
    says(&refused_variable(b"DEPLOY_ENV", b"../dev"), &["cannot be the name of an environment"]);
}

#[test]
fn a_guard_is_not_loosened_by_a_variable() {
    for (name, value) in [("PROTECT", "false"), ("PRODUCTION", "false"), ("AWS__ACCOUNT", "210987654321")] {
        let project = Project::embedded();
        let mut command = project.command(&["apply", "prod", "--yes", "--allow-destroy"]);
        command.env(format!("DEPLOY_{name}"), value);
        let outcome = refused_command(&project, command, b"", 3);
        says(
            &outcome,
            &[&format!("--> DEPLOY_{name}"), "environments/prod.toml:", "change it in `environments/prod.toml`"],
        );
    }
}

#[test]
fn a_deep_variable_is_refused() {
    let deep = 10_000;
    let subnets = b"DEPLOY_ECS__SERVICES__ECS_SERVICE__SUBNETS";
    let arrays = "[".repeat(deep) + &"]".repeat(deep);
    let tables = format!("{}1{}", "{a=".repeat(deep), "}".repeat(deep));
    let too_deep = "nested more than 32 levels deep";
    says(&refused_variable(subnets, arrays.as_bytes()), &["DEPLOY_ECS__SERVICES__ECS_SERVICE__SUBNETS", too_deep]);
    says(&refused_variable(b"DEPLOY_TAGS", tables.as_bytes()), &["DEPLOY_TAGS", too_deep]);
    let name = format!("DEPLOY_{}A", "A__".repeat(deep));
    says(&refused_variable(name.as_bytes(), b"1"), &["DEPLOY_A__A", "leads nowhere"]);
}
