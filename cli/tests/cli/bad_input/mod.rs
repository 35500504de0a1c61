//! Every kind of bad input: one clear error with its place and a `help:` line, its exit code, and no
//! call that changes anything.

mod access;
mod arguments;
mod embedded;
mod files;
mod names;
mod saved_plans;
mod secret_sources;
mod secrets;
mod values;
mod variables;

use std::process::Command;
use std::time::{Duration, Instant};

use crate::project::{Outcome, Project};

/// Bad input is refused at once, however much of it there is.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the program, and checks that it refused without touching the embedded AWS.
fn refused(project: &Project, arguments: &[&str], code: i32) -> Outcome {
    refused_command(project, project.command(arguments), b"", code)
}

/// The same of a command that was prepared.
fn refused_command(project: &Project, command: Command, input: &[u8], code: i32) -> Outcome {
    let world = || project.world_but_for_locks();
    let (before, started, typed) = (world(), Instant::now(), shortened(&format!("{command:?}")));
    let outcome = Project::finish(command, input);
    assert!(started.elapsed() < PATIENCE, "{typed} took {:?}", started.elapsed());
    assert_eq!(outcome.code, code, "{typed}\n{}{}", outcome.stdout, outcome.stderr);
    assert!(world() == before, "{typed} changed something");
    assert!(outcome.stderr.starts_with("error: ") || outcome.stderr.contains("\nerror: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("\nhelp: "), "{typed} gives no next step:\n{}", outcome.stderr);
    assert!(outcome.stderr.len() < 10_000, "{typed} floods the screen:\n{}", shortened(&outcome.stderr));
    outcome
}

/// `apply` of the environment `bad` with this file above the shipped defaults.
fn refused_file(text: impl AsRef<[u8]>, place: &str, words: &[&str]) {
    let project = Project::embedded();
    project.write("bad.toml", text);
    says(&refused(&project, &["apply", "bad", "--yes"], 3), &[&[place], words].concat());
}

/// Checks that the error holds all of these words.
fn says(outcome: &Outcome, words: &[&str]) {
    for word in words {
        assert!(outcome.stderr.contains(word), "no `{word}` in:\n{}", outcome.stderr);
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(2_000).collect()
}
