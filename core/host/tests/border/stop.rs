//! The user asks the run to stop.

#![allow(clippy::print_stdout, reason = "one process of these tests speaks to another")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use deploy_model::FaultKind;

use crate::processes;
use crate::project::Project;

/// Long enough for an operation to be under way, which nothing outside can see.
const UNDER_WAY: Duration = Duration::from_millis(150);

#[test]
fn an_operation_is_told_and_ends_in_its_own_time() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("create-before wait");
    thread::scope(|scope| {
        let creation = scope.spawn(|| running.create("one", 1));
        thread::sleep(UNDER_WAY);
        running.cancelled.store(true, Ordering::Relaxed);
        creation.join().expect("no panic").expect("it finishes what it has begun");
    });
}

#[test]
fn one_that_does_not_listen_is_ended() {
    let mut project = Project::faulty();
    project.lock.plugins[0].deadline_seconds.change = 60;
    let running = project.start().expect("it starts");
    project.fault("create-after wait-forever");
    let fault = thread::scope(|scope| {
        let creation = scope.spawn(|| running.create("one", 1));
        thread::sleep(UNDER_WAY);
        running.cancelled.store(true, Ordering::Relaxed);
        creation.join().expect("no panic").expect_err("it does not stop")
    });
    assert_eq!(
        fault.message,
        "the plugin `faulty` did not stop when it was asked to, and was ended in the middle of `kind/create`; \
         it had got as far as `thing-1`"
    );
    drop(running);
    processes::assert_none(project.folder());
}

/// A plugin that ended is not started again for a run that is to stop.
#[test]
fn while_a_plugin_is_started_again() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired exit-3");
    running.desired().expect_err("it ends");
    project.fault("describe sleep");
    let begin = Instant::now();
    let fault = thread::scope(|scope| {
        let creation = scope.spawn(|| running.create("one", 1));
        thread::sleep(UNDER_WAY);
        running.cancelled.store(true, Ordering::Relaxed);
        creation.join().expect("no panic").expect_err("it does not stop")
    });
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert_eq!(fault.kind, FaultKind::Cancelled, "{fault}");
    assert_eq!(fault.message, "the plugin `faulty` was not started again, because the run is to stop");
    processes::assert_none(project.folder());
}

/// The end of a run is not held up by what a plugin is in the middle of.
#[test]
fn the_end_of_the_run() {
    for how in ["sleep", "wait-forever", "signals", "loop"] {
        let mut project = Project::faulty();
        project.lock.plugins[0].deadline_seconds.change = 60;
        let running = project.start().expect("it starts");
        let kind = running.kind();
        let (cx, address) = (running.context(), running.address("one"));
        project.fault(&format!("create-after {how}"));
        let creation = thread::spawn(move || {
            let inputs = serde_json::json!({ "name": "one", "size": 1 });
            futures::executor::block_on(kind.create(&cx, &address, inputs))
        });
        thread::sleep(UNDER_WAY);
        let begin = Instant::now();
        drop(running);
        assert!(begin.elapsed() < Duration::from_secs(2), "{how}: {:?}", begin.elapsed());
        processes::assert_none(project.folder());
        let fault = creation.join().expect("no panic").expect_err(how);
        assert!(fault.message.contains("`faulty`"), "{how}: {fault}");
    }
}

/// Nor by the start of one that says nothing.
#[test]
fn the_end_of_the_run_while_a_plugin_is_started_again() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired exit-3");
    running.desired().expect_err("it ends");
    project.fault("describe sleep");
    let kind = running.kind();
    let (cx, address) = (running.context(), running.address("one"));
    let creation = thread::spawn(move || {
        let inputs = serde_json::json!({ "name": "one", "size": 1 });
        futures::executor::block_on(kind.create(&cx, &address, inputs))
    });
    thread::sleep(UNDER_WAY);
    let begin = Instant::now();
    drop(running);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let fault = creation.join().expect("no panic").expect_err("it is over");
    assert_eq!(fault.message, "the plugin `faulty` is asked after it was closed");
    processes::assert_none(project.folder());
}

/// A tool that waits for ever for a plugin that does nothing. For the test below, which runs it in a process of its own.
#[test]
#[ignore = "never ends"]
fn a_tool_that_waits() {
    let mut project = Project::faulty();
    project.lock.plugins[0].deadline_seconds.stage = 600;
    let running = project.start().expect("it starts");
    project.fault("desired signals");
    println!("works in {}", project.folder().display());
    running.desired().expect("it never answers");
}

/// Where the tool itself is killed, no plugin is left, not even one that reads nothing and ignores every signal it can.
#[test]
fn the_end_of_the_tool() {
    let this = std::env::current_exe().expect("a path");
    let mut command = Command::new(this);
    command.args(["stop::a_tool_that_waits", "--exact", "--ignored", "--nocapture"]);
    let mut tool = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    let lines = BufReader::new(tool.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let said = lines.into_iter().find_map(|line| Some(line.split_once("works in ")?.1.to_owned()));
    let folder = PathBuf::from(said.expect("where it works"));
    assert!(!processes::of(&folder).is_empty(), "the plugin runs");
    thread::sleep(UNDER_WAY);
    tool.kill().expect("it was there");
    tool.wait().expect("it is gone");
    processes::assert_none(&folder);
    std::fs::remove_dir_all(folder).expect("nobody uses it");
}

#[test]
fn what_is_asked_after_the_end() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    let (stage, kind, cx) = (running.stage(), running.kind(), running.context());
    drop(running);
    let words = "the plugin `faulty` is asked after it was closed";
    assert_eq!(kind.check(&[]).expect_err("closed").message, words);
    assert_eq!(futures::executor::block_on(kind.look_up(&cx, &[])).expect_err("closed").message, words);
    assert_eq!(stage.name(), "faulty");
    processes::assert_none(project.folder());
}
