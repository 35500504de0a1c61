//! What a run leaves on the screen: commands that can be copied, the width, and nothing stale.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::display::shown;
use crate::project::{Outcome, Project};

/// A run that is not told of the embedded AWS by a variable.
fn typed(project: &Project, arguments: &[&str]) -> Outcome {
    let mut command = project.command(arguments);
    command.env_remove("DEPLOY_LOCAL");
    Project::finish(command, b"")
}

fn shows(outcome: &Outcome, text: &str) {
    let screen = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(screen.contains(text), "no `{text}` in:\n{screen}");
}

/// What was tried on the embedded AWS must not be done to an account by a command that was copied.
#[test]
fn a_suggested_command_means_the_same_aws() {
    let project = Project::embedded();
    let blocked = typed(&project, &["plan", "prod", "--local"]);
    shows(&blocked, "deploy secrets set MY_PARAM_1 --env prod --local\n");
    let refused = typed(&project, &["apply", "prod", "--yes", "--local"]);
    shows(&refused, "deploy secrets set MY_PARAM_1 --env prod --local\n");
    let unasked = typed(&project, &["apply", "dev", "--local"]);
    shows(&unasked, "`deploy plan ENV -o FILE --local`");
    let mistyped = typed(&project, &["secrets", "set", "MY_PARAM_1", "x", "--local"]);
    shows(&mistyped, "`deploy secrets set MY_PARAM_1 --local`");
    let empty = typed(&project, &["secrets", "set", "MY_PARAM_1", "--env", "dev", "--local"]);
    shows(&empty, "`… | deploy secrets set MY_PARAM_1 --env dev --local`");
    // The variable holds for the next command too.
    shows(&project.run(&["plan", "prod"]), "deploy secrets set MY_PARAM_1 --env prod\n");
}

#[test]
fn a_suggested_command_means_the_same_project_and_settings() {
    let project = Project::embedded();
    let folder = project.path().to_str().expect("text");
    let set = "ecs.services.ecs_service.desired_count=3";
    let planned = typed(&project, &["-C", folder, "plan", "prod", "--local", "--set", set, "--set", "tags.a=b c"]);
    let screen = planned.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let command =
        format!("deploy secrets set MY_PARAM_1 --env prod --local --set {set} --set 'tags.a=b c' -C {folder}");
    assert!(screen.contains(&command), "no `{command}` in:\n{}", planned.stdout);
    let saved = typed(&project, &["-C", folder, "plan", "dev", "--local", "-o", "dev.plan"]);
    shows(&saved, &format!("apply exactly this: deploy apply dev.plan -C {folder}\n"));
}

const LOOKING: &str = "looking at what is there";

/// A run on a terminal, in front of an AWS that takes its time.
fn slow(project: &Project, arguments: &[&str], latency: &str) -> PtySession {
    project.run(&["local", "configure", &format!("latency={latency}")]).success();
    let mut command = project.command(arguments);
    command.env("TERM", "xterm-256color");
    spawn_command(command, Some(60_000)).expect("a terminal")
}

#[test]
fn ctrl_c_while_looking_leaves_nothing_stale() {
    let project = Project::embedded();
    let mut session = slow(&project, &["plan", "dev"], "1s");
    let mut written = session.exp_string(LOOKING).expect("progress") + LOOKING;
    session.send_control('c').expect("a key");
    written += &session.exp_eof().expect("the end");
    assert_eq!(shown(&written, 80), Vec::<String>::new(), "{written:?}");
}

#[test]
fn a_second_ctrl_c_leaves_nothing_stale() {
    let project = Project::embedded();
    let mut session = slow(&project, &["apply", "dev", "--yes", "--no-color"], "500ms");
    let mut written = session.exp_string("creating").expect("progress") + "creating";
    session.send_control('c').expect("a key");
    written += &session.exp_string("stopping").expect("an answer");
    written += "stopping";
    session.send_control('c').expect("a key");
    written += &session.exp_eof().expect("the end");
    let screen = shown(&written, 80);
    assert!(screen.concat().ends_with("Ctrl-C again leaves at once"), "{screen:#?}");
    assert!(!screen.iter().any(|line| line.contains("steps done") || line.contains("creating")), "{screen:#?}");
}

/// The header is as long as it must be.
fn widest_row<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    lines.filter(|line| line.starts_with(' ')).map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn a_plan_is_as_wide_as_the_screen() {
    let project = Project::embedded();
    let widest = |columns: Option<&str>| {
        let mut command = project.command(&["plan", "dev"]);
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        let plan = Project::finish(command, b"").success().stdout;
        widest_row(plan.lines())
    };
    assert!(widest(None) <= 80 && widest(Some("nonsense")) <= 80);
    assert!((81..=160).contains(&widest(Some("1000"))));
    assert!(widest(Some("120")) <= 120);

    let mut command = Command::new("/bin/sh");
    let plan = format!("stty rows 24 cols 120; {} plan dev --no-color", env!("CARGO_BIN_EXE_deploy"));
    command.args(["-c", &plan]).current_dir(project.path()).env_clear().env("DEPLOY_LOCAL", "1");
    command.env("PATH", "/usr/bin:/bin").env("HOME", project.path()).env("TERM", "xterm-256color");
    let mut session = spawn_command(command, Some(60_000)).expect("a terminal");
    let screen = shown(&session.exp_eof().expect("the end"), 120);
    let widest = widest_row(screen.iter().map(String::as_str));
    assert!((81..=120).contains(&widest), "{widest}: {screen:#?}");
}

#[test]
fn the_embedded_aws_says_with_which_region_it_is_used() {
    let project = Project::embedded();
    let command = project.command(&["local", "serve", "--port", "0"]);
    let mut session = spawn_command(command, Some(60_000)).expect("a terminal");
    session.exp_string(" AWS_REGION=ap-northeast-1 ").expect("the region of the files");
    session.send_control('c').expect("a key");
    session.exp_eof().expect("the end");
}
