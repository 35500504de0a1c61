//! A project before a cloud of its own, and the program run in it while things happen to its calls.

use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use deploy_bench::{Action, Call, Fault, Script};
use rustix::process::{Pid, Signal, kill_process};

use super::blow::Extent;
use super::cloud::Cloud;
use super::strike::{Strike, Target};
use crate::project::{Outcome, Project};

/// How many times shorter the program's pauses and time limits are: a call without an answer is given up after 3 s.
const HASTE: &str = "10";
/// How long a run may take. A run that waits for what never comes is a failure, and not the end of the sweep.
const LIMIT: Duration = Duration::from_secs(120);
/// What takes the place of the exit code of a run that did not end.
pub const ENDLESS: i32 = -2;

pub struct Stand {
    pub cloud: Cloud,
    pub project: Project,
}

/// What happens to the calls of one run.
#[derive(Clone, Default)]
pub struct Happening {
    strike: Option<Strike>,
    /// How many reads every read lags behind.
    lag: usize,
    has_struck: Arc<AtomicBool>,
    writes: Arc<AtomicUsize>,
}

impl Happening {
    /// One of the calls is struck.
    pub fn of(strike: &Strike, lag: usize) -> Self {
        Self { strike: Some(strike.clone()), lag, ..Self::default() }
    }

    /// Nothing, but that every read lags by so many.
    pub fn lagging(lag: usize) -> Self {
        Self { lag, ..Self::default() }
    }

    /// Whether the call that it waits for has come.
    pub fn has_struck(&self) -> bool {
        self.has_struck.load(Ordering::Relaxed)
    }

    fn strikes(&self, call: &Call) -> Option<Fault> {
        let write = if call.is_read() { 0 } else { self.writes.fetch_add(1, Ordering::Relaxed) + 1 };
        let Strike { target, blow } = self.strike.as_ref()?;
        let is_it = *target == Target::of(call) || *target == Target::Write(write);
        self.has_struck.fetch_or(is_it, Ordering::Relaxed);
        (is_it || blow.extent == Extent::FromThere && self.has_struck()).then_some(blow.fault)
    }
}

impl Script for Happening {
    fn action(&self, call: &Call) -> Action {
        match self.strikes(call) {
            Some(fault) => Action::Meet(fault),
            None if self.lag > 0 && call.is_read() => Action::Meet(Fault::Stale(self.lag)),
            None => Action::Pass,
        }
    }
}

/// How a run ended, and what it called.
pub struct Run {
    pub outcome: Outcome,
    pub calls: Vec<Call>,
}

impl Run {
    /// What it changed, or tried to, in no order that means anything. What the program keeps about itself, its lock and its
    /// releases, is left out.
    pub fn writes(&self) -> Vec<String> {
        let is_own = |call: &Call| String::from_utf8_lossy(&call.body).contains("\"/deploy/");
        let writes = self.calls.iter().filter(|call| !call.is_read() && !is_own(call));
        let mut writes: Vec<String> = writes.map(|call| call.operation.clone()).collect();
        writes.sort_unstable();
        writes
    }

    /// All that it said.
    pub fn said(&self) -> String {
        format!("{}{}", self.outcome.stdout, self.outcome.stderr)
    }
}

impl Stand {
    /// A project that was never used.
    pub fn new(cloud: Cloud) -> Self {
        let project = Project::reaching(cloud.bench.url());
        Self { cloud, project }
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str], happening: &Happening) -> Run {
        self.cloud.bench.play(happening.clone());
        let mut command = self.project.command(arguments);
        command.env("DEPLOY_TEST_HASTE", HASTE);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.expect("the program starts");
        self.cloud.bench.aim(&child);
        let pid = Pid::from_child(&child);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output().expect("the program ends")));
        let outcome = match receiver.recv_timeout(LIMIT) {
            Ok(output) => outcome(&output),
            Err(_) => {
                kill_process(pid, Signal::KILL).expect("it still runs");
                Outcome { code: ENDLESS, ..outcome(&receiver.recv().expect("it ends")) }
            }
        };
        self.cloud.bench.lower();
        Run { outcome, calls: self.cloud.bench.calls() }
    }
}

fn outcome(output: &Output) -> Outcome {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}
