//! One run at a time changes an environment, from whichever machine: real processes in project folders of their own, real
//! signals, one AWS.

mod history;
mod killed;
mod stopped;
mod unlock;

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::endpoint::Endpoint;
use crate::project::{Outcome, Project};

/// How long a test waits for something to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer takes, so that a run is under way for a while.
const DELAY: Duration = Duration::from_millis(60);

/// A run that has begun.
pub struct Running(Child);

impl Running {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("the program starts"))
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(process, signal).expect("it is there");
    }

    pub fn end(self) -> Outcome {
        let output = self.0.wait_with_output().expect("it ends");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// An apply with a lease of so many milliseconds.
pub fn apply(project: &Project, lease: u32, more: &[&str]) -> Command {
    let mut command = project.command(&[&["apply", "dev", "--yes"], more].concat());
    command.env("DEPLOY_TEST_LEASE_MS", lease.to_string());
    command
}

/// Waits until an operation was called.
pub fn until(endpoint: &Endpoint, operation: &str) {
    let begun = Instant::now();
    while endpoint.count(operation) == 0 {
        assert!(begun.elapsed() < PATIENCE, "no {operation} in {:?}", endpoint.calls());
        thread::sleep(Duration::from_millis(5));
    }
}

/// That everything is there, once.
pub fn assert_whole(project: &Project) {
    let plan = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{}{}", plan.stdout, plan.stderr);
}

#[test]
fn of_eight_that_begin_at_once_one_runs_and_seven_are_told_of_it() {
    let endpoint = Endpoint::start();
    let projects: Vec<Project> = (0..8).map(|_| Project::behind(&endpoint)).collect();
    // Each has seen that the lock is free before any of them takes it.
    endpoint.meet("GetParametersByPath", projects.len());
    let runs: Vec<Running> = projects.iter().map(|project| Running::start(apply(project, 60_000, &[]))).collect();
    let pids: Vec<u32> = runs.iter().map(|run| run.0.id()).collect();
    let outcomes: Vec<Outcome> = runs.into_iter().map(Running::end).collect();
    let won: Vec<usize> = (0..8).filter(|run| outcomes[*run].code == 0).collect();
    assert_eq!(won.len(), 1, "{:?}", outcomes.iter().map(|outcome| &outcome.stderr).collect::<Vec<_>>());
    for outcome in outcomes.iter().filter(|outcome| outcome.code != 0) {
        assert_eq!(outcome.code, 4, "{}", outcome.stderr);
        let holder = format!("(process {}): deploy apply dev", pids[won[0]]);
        for words in ["error: dev is locked by ", &holder, "  since ", "  until ", "`deploy unlock dev`"] {
            assert!(outcome.stderr.contains(words), "no `{words}` in {}", outcome.stderr);
        }
    }
    assert_eq!(endpoint.count("CreateVpc"), 1);
    assert_whole(&projects[0]);
}

#[test]
fn who_waits_runs_when_the_other_has_ended() {
    // In a folder of its own, and in the same.
    for place in [1, 0] {
        let endpoint = Endpoint::start();
        endpoint.answer_after(DELAY);
        let projects = [Project::behind(&endpoint), Project::behind(&endpoint)];
        let running = Running::start(apply(&projects[0], 60_000, &[]));
        until(&endpoint, "CreateVpc");
        let waited = Running::start(apply(&projects[place], 60_000, &["--lock-timeout", "60s"])).end().success();
        assert!(waited.stdout.contains("No changes"), "{}", waited.stdout);
        let told = waited.stderr.lines().find(|line| line.starts_with("waiting for ")).unwrap_or_default();
        assert!(told.contains(": deploy apply dev"), "{}", waited.stderr);
        running.end().success();
        assert_eq!(endpoint.count("CreateVpc"), 1);
    }
}

#[test]
fn who_only_looks_neither_locks_nor_waits() {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    let running = Running::start(apply(&first, 60_000, &[]));
    until(&endpoint, "CreateVpc");
    for arguments in [&["plan", "dev"][..], &["status", "dev"], &["history", "dev"]] {
        second.run(arguments).success();
    }
    running.end().success();
}
