//! A plugin that says what is no message, or too much, or the wrong thing.

use std::time::{Duration, Instant};

use deploy_plugin::Blueprint;
use deploy_plugin::manifest::{Carrier, Deadlines};
use serde_json::json;

use crate::languages::{python, scripted};
use crate::processes;
use crate::project::{Project, locked};

/// The fault at a creation: an error with `words`, at once, and the next call works.
#[track_caller]
fn refused(how: &str, words: &str) {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault(&format!("create-after {how}"));
    let begin = Instant::now();
    let fault = running.create("one", 1).expect_err(how);
    assert!(begin.elapsed() < Duration::from_secs(1), "{how}: {:?}", begin.elapsed());
    assert!(fault.message.starts_with(&format!("the plugin `faulty` {words}")), "{how}: {fault}");
    assert!(fault.message.contains("`kind/create`; it had got as far as `thing-1`"), "{how}: {fault}");
    assert_eq!(running.discover().expect("it is started again").len(), 1, "{how}");
    drop(running);
    processes::assert_none(project.folder());
}

/// The plugin that breaks, with deadlines for what takes its time.
fn patient() -> Project {
    let mut project = Project::faulty();
    project.lock.plugins[0].deadline_seconds = Deadlines { stage: 30, read: 30, change: 30, stop: 1, retry: 600 };
    project
}

/// The fault at a creation: it takes nothing away, and the answer comes.
#[track_caller]
fn survived(how: &str) -> Vec<String> {
    let project = patient();
    let running = project.start().expect("it starts");
    project.fault(&format!("create-after {how}"));
    let live = running.create("one", 1).unwrap_or_else(|fault| panic!("{how}: {fault}"));
    assert_eq!(live.id, "thing-1", "{how}");
    assert_eq!(running.discover().expect("it goes on").len(), 1, "{how}");
    drop(running);
    processes::assert_none(project.folder());
    project.logged()
}

#[test]
fn garbage() {
    refused("garbage", "sent what is no message (not a message at line 1, column 2), and was ended");
    refused("text", "sent what is no message (text), and was ended");
    refused("short", "sent what is no message (not a message at line 1, column 3), and was ended");
    refused("deep", "sent what is no message");
}

#[test]
fn too_large_a_frame() {
    refused("oversized", "sent too much (a frame of 4294967295 bytes is larger than the 16777216 that are allowed)");
}

/// It is told, because the right answer may never come; where it does, nothing else happens.
#[test]
fn an_answer_to_what_nobody_asked() {
    let lines = survived("early");
    assert_eq!(lines, ["it answers what nobody has asked, number 4000"]);
}

/// A length that promises more than comes: the deadline is what ends it.
#[test]
fn a_length_that_lies() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired long");
    let fault = running.desired().expect_err("its answer is taken for the rest of the frame");
    assert!(fault.message.contains("gave no answer within 1 s, and was ended"), "{fault}");
    running.desired().expect("it is started again");
}

#[test]
fn what_harms_nobody() {
    assert!(survived("again").is_empty());
    assert!(survived("ask-much").is_empty());
    assert!(survived("print").iter().all(|line| line == "Loading configuration ..."));
}

/// A plugin that has used up its files fails by itself, and nobody else does.
#[test]
fn no_files_left() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("desired leak-files");
    running.desired().expect("it needs no file");
    let fault = running.discover().expect_err("it cannot list");
    assert!(fault.message.starts_with("the plugin `faulty` panicked in the middle of `kind/discover`"), "{fault}");
    running.desired().expect("it needs no file");
}

/// What can no longer be asked is started again, with an error at most for the question that found it out.
#[test]
fn a_closed_input() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    project.fault("create-after close-input");
    running.create("one", 1).expect("it was asked before");
    let answers: Vec<_> = (0..3).map(|_| running.discover()).collect();
    assert!(answers.iter().filter(|answer| answer.is_err()).count() <= 1, "{answers:?}");
    for fault in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(fault.message.starts_with("the plugin `faulty` "), "{fault}");
    }
    assert_eq!(answers[2].as_ref().expect("it is started again").len(), 1);
}

#[test]
fn a_flood_of_lines() {
    let lines = survived("flood");
    assert_eq!(lines.len(), 20_000);
    assert_eq!(lines[19_999], "line 19999");
}

#[test]
fn a_line_that_does_not_end() {
    let project = patient();
    let running = project.start().expect("it starts");
    project.fault("create-after long-line");
    running.create("one", 1).expect("made");
    drop(running);
    let lines = project.logged();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("y (2995904 bytes more)") && lines[0].len() < 4200, "{}", lines[0].len());
}

/// More than a frame holds is never sent in part, in neither direction.
#[test]
fn more_than_a_frame_holds() {
    let project = patient();
    let running = project.start().expect("it starts");
    let mut blueprint = running.desired_of(&json!({ "one": 1 })).expect("one thing");
    project.fault("transform much");
    let fault = running.transform(&mut blueprint).expect_err("17 MiB");
    let words = "the plugin `faulty` answered `stage/transform` with 178";
    assert!(fault.message.starts_with(words) && fault.message.ends_with("holds 16777216 at most"), "{fault}");
    for desired in blueprint.desired.values_mut() {
        desired.inputs["note"] = "x".repeat(17 * 1024 * 1024).into();
    }
    let fault = running.transform(&mut blueprint).expect_err("17 MiB");
    assert!(fault.message.starts_with("`stage/transform` for the plugin `faulty` takes 178"), "{fault}");
    // Both were told without an end: the same process answers.
    running.transform(&mut Blueprint::default()).expect("it goes on");
    assert!(project.logged().is_empty(), "{:?}", project.logged());
}

/// Large messages in both directions at once, several at a time.
#[test]
fn much_at_once() {
    let project = patient();
    let running = project.start().expect("it starts");
    let mut blueprint = running.desired_of(&json!({ "one": 1 })).expect("one thing");
    for desired in blueprint.desired.values_mut() {
        desired.inputs["note"] = "x".repeat(4 * 1024 * 1024).into();
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| running.transform(&mut blueprint.clone()).expect("nothing is changed"));
        }
    });
}

/// What only a plugin without an SDK gets wrong: `how` is what `answers.py` does with a creation.
#[track_caller]
fn answers(how: &str) -> Result<deploy_model::Live, deploy_model::Fault> {
    let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
    let mut running = project.start().unwrap_or_else(|errors| panic!("{errors:?}"));
    (running.stage, running.kind) = ("scripted", "scripted.thing");
    std::fs::write(project.folder().join("how"), how).expect("a file");
    let answer = running.create("one", 1);
    running.discover().expect("it goes on, or is started again");
    drop(running);
    processes::assert_none(project.folder());
    answer
}

#[test]
fn answers_that_make_no_sense() {
    python();
    let words = |how: &str| {
        let fault = answers(how).expect_err(how);
        assert!(fault.help.as_deref().unwrap_or_default().starts_with("the outcome is not known"), "{how}: {fault}");
        fault.message
    };
    let form = "the plugin `scripted` answered `kind/create` with what is not of the form that is expected at `";
    assert_eq!(words("list"), format!("{form}[0]`"));
    assert_eq!(words("nothing"), format!("{form}.`"));
    assert_eq!(words("number-as-id"), format!("{form}id`"));
    assert_eq!(
        words("other-address"),
        "the kind `scripted.thing` of the plugin `scripted` answers with `scripted.thing.other` where it was asked \
         for `scripted.thing.one`"
    );
    assert!(words("wrong-number").contains("gave no answer within 2 s"));
    assert!(words("stale-number").contains("gave no answer within 2 s"));
    assert!(words("print").contains("sent what is no message (text)"));
    assert!(words("ask-only").contains("gave no answer within 2 s"));
    assert!(words("deaf").contains("gave no answer within 2 s"));
    assert_eq!(answers("twice").expect("the first counts").id, "one");
    assert_eq!(answers("unknown-notice").expect("nobody minds").id, "one");
}

#[test]
fn fewer_answers_than_questions() {
    let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
    let mut running = project.start().unwrap_or_else(|errors| panic!("{errors:?}"));
    (running.stage, running.kind) = ("scripted", "scripted.thing");
    let fault = running.kind().check(&[&json!({}), &json!({})]).expect_err("one answer to two");
    assert_eq!(
        fault.message,
        "the kind `scripted.thing` of the plugin `scripted` answers for more or fewer than it was asked"
    );
}
