//! What the border costs. `cargo test --release -p deploy-host latency -- --nocapture` shows the figures.

#![allow(clippy::print_stdout, reason = "figures are there to be read")]

use std::path::Path;
use std::time::{Duration, Instant};

use deploy_host::LockedPlugin;
use deploy_plugin::manifest::Carrier;
use serde_json::json;

use crate::languages::{ledger, library};
use crate::project::{Project, faulty_library, locked};

/// How much more than on a machine that does nothing else, optimised.
const SLACK: u32 = if cfg!(debug_assertions) { 20 } else { 3 };

/// The goal, held against the best of many: what a busy machine adds says nothing of the program.
#[track_caller]
fn measured<T>(what: &str, goal: Duration, times: u32, mut work: impl FnMut() -> T) {
    let mut once = || {
        let begin = Instant::now();
        let made = work();
        let taken = begin.elapsed();
        drop(made);
        taken
    };
    let mut taken: Vec<Duration> = (0..times).map(|_| once()).collect();
    taken.sort();
    let (best, median) = (taken[0], taken[taken.len() / 2]);
    println!("{what}: best {best:.2?}, median {median:.2?} of {times}, goal {goal:.2?}");
    assert!(best < goal * SLACK, "{what}: {best:.2?}");
}

fn start(what: &str, goal: Duration, plugins: impl IntoIterator<Item = LockedPlugin>) {
    let project = Project::with(plugins);
    measured(what, goal, 30, || project.start().unwrap_or_else(|errors| panic!("{errors:?}")));
}

#[test]
fn of_a_start() {
    start("a start in C", Duration::from_millis(5), [locked("ledger", Carrier::Library, &ledger())]);
    start("a start in Rust", Duration::from_millis(5), [locked("faulty", Carrier::Library, &faulty_library())]);
}

/// Ten plugins that differ in their names.
fn ten(folder: &Path) -> Vec<LockedPlugin> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins/c/plugin.c");
    let text = std::fs::read_to_string(source).expect("the source");
    let build = |number: u32| {
        let name = format!("ledger{number}");
        let (from, to) = (folder.join(format!("{name}.c")), folder.join(format!("lib{name}.so")));
        let renamed = text.replace("\\\"name\\\":\\\"ledger", &format!("\\\"name\\\":\\\"{name}"));
        std::fs::write(&from, renamed).expect("written");
        library(&from, &to, &[]);
        locked(&name, Carrier::Library, &to)
    };
    (0..10).map(build).collect()
}

#[test]
fn of_ten_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    start("ten starts at once", Duration::from_millis(30), ten(folder.path()));
}

#[test]
fn of_a_call() {
    let inputs = json!({ "name": "one", "size": 1, "note": "x".repeat(4096) });
    for (name, kind, file) in [("ledger", "ledger.entry", ledger()), ("faulty", "faulty.thing", faulty_library())] {
        let project = Project::with([locked(name, Carrier::Library, &file)]);
        let mut running = project.start().unwrap_or_else(|errors| panic!("{errors:?}"));
        (running.stage, running.kind) = (name, kind);
        let kind = running.kind();
        measured(&format!("a call of 4 KiB to {name}"), Duration::from_micros(300), 2000, || {
            kind.check(&[&inputs]).expect("it fits");
        });
    }
}
