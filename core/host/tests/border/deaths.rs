//! A plugin that ends in the middle of a call, or never comes back from it.

use std::thread;
use std::time::{Duration, Instant};

use deploy_model::FaultKind;

use crate::processes;
use crate::project::Project;

/// When a plugin can break, with the method that is being answered.
const MOMENTS: &[(&str, &str)] = &[
    ("desired", "stage/desired"),
    ("transform", "stage/transform"),
    ("check", "stage/check"),
    ("discover", "kind/discover"),
    ("create-before", "kind/create"),
    ("create-after", "kind/create"),
    ("update", "kind/update"),
    ("delete", "kind/delete"),
];

/// The fault `how` at every moment: one error with `words`, nothing left, and the next call works.
fn everywhere(how: &str, words: &str) {
    for (when, method) in MOMENTS {
        once(when, method, how, words);
    }
}

#[track_caller]
fn once(when: &str, method: &str, how: &str, words: &str) {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    if ["update", "delete"].contains(&when) {
        running.create("one", 1).expect("made");
    }
    project.fault(&format!("{when} {how}"));
    let fault = running.call(when).expect_err(when);
    assert!(fault.message.starts_with(&format!("the plugin `faulty` {words}")), "{when} {how}: {fault}");
    assert!(fault.message.contains(&format!(" in the middle of `{method}`")), "{when} {how}: {fault}");
    assert!(!fault.message.contains("hunter2"), "{fault}");
    let changes = ["create-before", "create-after", "update", "delete"].contains(&when);
    let help = fault.help.as_deref().unwrap_or_default();
    assert_eq!(help.starts_with("the outcome is not known"), changes, "{when} {how}: {help}");
    assert_eq!(fault.message.contains("as far as `thing-1`"), when == "create-after", "{when} {how}: {fault}");
    running.call(when).unwrap_or_else(|fault| panic!("{when} after {how}: {fault}"));
    drop(running);
    processes::assert_none(project.folder());
}

#[test]
fn a_panic() {
    everywhere("panic", "panicked");
}

#[test]
fn an_abort() {
    everywhere("abort", "was ended by signal 6 (it aborted: out of memory, or a panic)");
}

#[test]
fn memory_that_is_not_its_own() {
    everywhere("segfault", "was ended by signal 11 (it used memory that is not its own)");
}

#[test]
fn the_end_of_the_process_with_success() {
    everywhere("exit-0", "ended by itself with exit code 0");
}

#[test]
fn the_end_of_the_process_with_an_error() {
    everywhere("exit-3", "ended by itself with exit code 3");
}

#[test]
fn a_stack_that_is_full() {
    once("desired", "stage/desired", "overflow", "was ended by signal ");
    once("create-after", "kind/create", "overflow", "was ended by signal ");
}

#[test]
fn memory_without_end() {
    once("transform", "stage/transform", "allocate", "was ended by signal 6");
    once("create-before", "kind/create", "allocate", "was ended by signal 6");
}

#[test]
fn somebody_who_kills_it() {
    once("check", "stage/check", "kill", "was ended by signal 9 (somebody, or the system for want of memory");
}

/// Those that never come back are waited for side by side.
#[test]
fn no_answer() {
    thread::scope(|scope| {
        let late = |when: &'static str, method: &'static str, how: &'static str, words: &'static str| {
            scope.spawn(move || once(when, method, how, words));
        };
        for (when, method) in MOMENTS {
            let seconds = if method.starts_with("stage") { "1" } else { "2" };
            let words = format!("gave no answer within {seconds} s, and was ended").leak();
            late(when, method, "sleep", words);
        }
        late("desired", "stage/desired", "loop", "gave no answer within 1 s, and was ended");
        late("update", "kind/update", "signals", "gave no answer within 2 s, and was ended");
        late("delete", "kind/delete", "join-host", "gave no answer within 2 s, and was ended");
        late("check", "stage/check", "stop", "gave no answer within 1 s, and was ended");
    });
}

/// An operation that waits is given up by the plugin itself, which goes on.
#[test]
fn an_operation_that_waits_for_ever() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("create-after wait-forever");
    let fault = running.create("one", 1).expect_err("late");
    assert_eq!(fault.kind, FaultKind::Timeout);
    assert_eq!(
        fault.message,
        "the plugin `faulty`: `kind/create` was given up after 1 s; it had got as far as `thing-1`"
    );
    assert!(fault.help.is_some_and(|help| help.starts_with("the outcome is not known")));
    assert_eq!(running.discover().expect("it goes on").len(), 1);
}

/// A pipe that is closed is noticed long before any deadline.
#[test]
fn closed_pipes() {
    let begin = Instant::now();
    once("create-after", "kind/create", "close", "");
    once("desired", "stage/desired", "close", "");
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
}

/// The process of a library ends by itself, at its end, where it was asked to change something. Else it is ended.
#[test]
fn who_has_changed_nothing_is_not_asked_to_end() {
    for changes in [false, true] {
        let project = Project::faulty();
        let running = project.start().expect("it starts");
        running.discover().expect("nothing");
        if changes {
            running.create("one", 1).expect("made");
        }
        drop(running);
        processes::assert_none(project.folder());
        assert_eq!(project.folder().join("farewell").exists(), changes);
    }
}

/// Processes that a plugin leaves behind keep nobody waiting, although they hold its pipes.
#[test]
fn grandchildren() {
    for how in ["grandchild", "grandchild-away"] {
        let project = Project::faulty();
        let running = project.start().expect("it starts");
        project.fault(&format!("create-after {how}"));
        let begin = Instant::now();
        let fault = running.call("create-after").expect_err("it ends");
        assert!(begin.elapsed() < Duration::from_secs(1), "{how}: {:?}", begin.elapsed());
        assert!(fault.message.contains("ended by itself with exit code 7"), "{how}: {fault}");
        assert_eq!(fault.kind, FaultKind::Unavailable);
        running.call("discover").expect("it is started again");
        drop(running);
        match how {
            "grandchild" => processes::assert_none(project.folder()),
            // What leaves the group is out of reach. It holds nothing up.
            _ => processes::assert_number(project.folder(), 1),
        }
    }
}

#[test]
fn a_plugin_that_always_ends_is_not_started_for_ever() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired exit-3 always");
    let faults: Vec<String> = (0..7).map(|_| running.desired().expect_err("it ends").to_string()).collect();
    assert!(faults[..5].iter().all(|fault| fault.contains("in the middle of")), "{faults:?}");
    assert!(faults[5..].iter().all(|fault| fault.ends_with("; it was started 5 times")), "{faults:?}");
    let asked: Vec<_> = (0..3).map(|_| project.start()).collect();
    assert!(asked.iter().all(Result::is_ok));
}

#[test]
fn a_start_that_fails_counts() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired exit-3");
    running.desired().expect_err("it ends");
    project.fault("describe exit-3 always");
    let faults: Vec<String> = (0..6).map(|_| running.desired().expect_err("no start").to_string()).collect();
    assert!(faults[3].ends_with("ended by itself with exit code 3 before it had said what it offers"), "{faults:?}");
    assert!(faults[4].ends_with("; it was started 5 times"), "{faults:?}");
    processes::assert_none(project.folder());
}

#[test]
fn a_plugin_that_describes_itself_differently_is_refused_and_not_left_running() {
    let project = Project::faulty();
    std::fs::write(project.folder().join("starts"), "0").expect("a file");
    let running = project.start().expect("it starts");
    project.fault("check abort");
    running.check().expect_err("it ends");
    let fault = running.check().expect_err("another description");
    assert_eq!(fault.message, "the plugin `faulty` describes itself in another way than before");
    processes::assert_none(project.folder());
    running.check().expect("the next start is as the first");
}

/// What ends while it is started: one error, at once.
#[test]
fn an_end_before_anything_was_said() {
    let cases = [
        ("panic", "cannot be used: the plugin `faulty` panicked in the middle of `describe`"),
        ("abort", "was ended by signal 6"),
        ("exit-0", "ended by itself with exit code 0 before it had said what it offers"),
        ("garbage", "sent what is no message"),
        ("close", "closed its output, and was ended before it had said what it offers"),
    ];
    for (how, words) in cases {
        let project = Project::faulty();
        project.fault(&format!("describe {how}"));
        let refusal = project.refused();
        assert!(refusal.starts_with(&format!("the plugin `faulty` {words}")), "{how}: {refusal}");
    }
}

#[test]
fn silence_before_anything_was_said() {
    let project = Project::faulty();
    project.fault("describe sleep");
    assert!(project.refused().contains("gave no answer within 10 s"));
}
