//! Rollouts as they go and as they end: with the right exit code, and with what is known of why.

mod again;
mod commands;
mod ends;
#[cfg(unix)]
mod interrupted;
mod start_failures;

use crate::project::{Outcome, Project};

/// No tasks yet, and none that could need anything.
const NO_TASKS: [&str; 2] = ["--set", "ecs.services.ecs_service.desired_count=0"];

fn apply(project: &Project, more: &[&str]) -> Outcome {
    project.run(&[&["apply", "dev", "--yes"], more].concat())
}

/// A project whose first revision runs.
fn running() -> Project {
    let project = Project::embedded();
    apply(&project, &[]).success();
    project
}

/// Applies a second revision, with more options of its service.
fn apply_second(project: &Project, more: &[&str]) -> Outcome {
    let options = second(more);
    apply(project, &options.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The options that make another revision of the service.
fn second(more: &[&str]) -> Vec<String> {
    let set = |option: &&str| ["--set".to_owned(), format!("ecs.services.ecs_service.{option}")];
    ["cpu=512", "memory=1024"].iter().chain(more).flat_map(set).collect()
}

/// Nobody gives a rollout up.
const UNWATCHED: &str = "circuit_breaker={ enable = false, rollback = false }";

/// Changes how the embedded AWS behaves.
fn configure(project: &Project, settings: &[&str]) {
    project.run(&[&["local", "configure"], settings].concat()).success();
}

/// Exit code 6, and a reason that does not come from this program.
fn assert_failed(outcome: &Outcome) {
    assert_eq!(outcome.code, 6, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("the rollout did not succeed"), "{}", outcome.stderr);
}

/// That it failed, and said all of this, however the lines were broken.
fn assert_failed_with(outcome: &Outcome, words: &[&str]) {
    assert_failed(outcome);
    assert_said(&outcome.stderr, words);
}

/// That all of this was said, however the lines were broken.
fn assert_said(text: &str, words: &[&str]) {
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in words {
        assert!(said.contains(words), "`{words}` is missing:\n{text}");
    }
}
