//! A plugin that goes wrong takes nothing else down: the run says what happened, and the next one converges.

use serde_json::Value;

use crate::project::{Outcome, Project};

const PLUGIN: &str = include_str!("python/fragile.py");
const MANIFEST: &str = "name = \"fragile\"\nversion = \"1.0.0\"\nprogram = \"main.py\"\n\
                        [deadline_seconds]\nstage = 1\nread = 1\nchange = 1\n";

/// How it goes wrong, and what is said of it. The last one is a failure like any other, whose outcome is known.
const WAYS: &[(&str, &str)] = &[
    ("exit0", "ended by itself with exit code 0"),
    ("exit3", "ended by itself with exit code 3"),
    ("signal6", "was ended by signal 6"),
    ("signal9", "was ended by signal 9"),
    ("signal11", "was ended by signal 11"),
    ("hang", "gave no answer within"),
    ("closed", "closed its output"),
    ("garbage", "sent what is no message"),
    ("text", "sent what is no message (text)"),
    ("oversized", "sent too much"),
    ("orphan", "ended by itself with exit code 0"),
    ("wrong", "answered `kind/create` with what is not of the form that is expected"),
    ("raise", "it broke"),
];

fn fragile() -> Project {
    let project = Project::embedded();
    let folder = project.path().join("plugins/fragile");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("main.py"), PLUGIN).expect("written");
    std::fs::write(folder.join("plugin.toml"), MANIFEST).expect("written");
    project.run(&["plugin", "add", "plugins/fragile", "--yes"]).success();
    project
}

fn going_wrong(project: &Project, command: &[&str], when: &str, how: &str) -> Outcome {
    let (when, how) = (format!("fragile.when={when}"), format!("fragile.how={how}"));
    project.run(&[command, &["--set", &when, "--set", &how]].concat())
}

/// What is said, wherever the screen has broken the line.
fn told(outcome: &Outcome) -> String {
    outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn notes(project: &Project) -> Vec<Value> {
    let text = std::fs::read_to_string(project.path().join("cloud.json")).unwrap_or_else(|_| "[]".to_owned());
    serde_json::from_str::<Value>(&text).expect("json").as_array().expect("a list").clone()
}

#[test]
fn whatever_happens_in_a_creation_everything_else_goes_on_and_the_next_apply_converges() {
    for when in ["before", "after"] {
        for (how, words) in WAYS {
            let project = fragile();
            let failed = going_wrong(&project, &["apply", "dev", "--yes"], when, how);
            let said = told(&failed);
            assert_eq!(failed.code, 1, "{when} {how}: {said}");
            assert!(said.contains(words), "{when} {how}: {said}");
            assert!(said.contains("fragile.note.one"), "{when} {how}: {said}");
            let is_lost = *how != "raise";
            assert_eq!(said.contains("the outcome is not known"), is_lost, "{when} {how}: {said}");
            assert_eq!(
                said.contains("it had got as far as `note-0-one`"),
                is_lost && when == "after",
                "{when} {how}: {said}"
            );
            assert_eq!(notes(&project).len(), usize::from(when == "after"), "{when} {how}");

            // Every other stage's part was done.
            let plan = project.run(&["plan", "dev", "--format", "json"]).success().json();
            let left = usize::from(when == "before");
            assert_eq!(plan["counts"]["create"], left, "{when} {how}: {}", plan["counts"]);
            project.run(&["apply", "dev", "--yes"]).success();
            assert_eq!(notes(&project).len(), 1, "{when} {how}");
            assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0, "{when} {how}");
        }
    }
}

#[test]
fn where_one_step_has_ended_a_plugin_its_other_steps_go_on() {
    let project = fragile();
    let notes_set = ["--set", "fragile.notes=[\"one\", \"two\", \"three\"]"];
    let failed = going_wrong(&project, &[&["apply", "dev", "--yes"], &notes_set[..]].concat(), "before", "exit0");
    assert_eq!(failed.code, 1);
    project.run(&[&["apply", "dev", "--yes"], &notes_set[..]].concat()).success();
    assert_eq!(notes(&project).len(), 3);
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert_eq!(notes(&project).len(), 0);
}

#[test]
fn a_stage_that_goes_wrong_is_named_and_nothing_is_called() {
    for when in ["desired", "transform"] {
        for (how, words) in WAYS.iter().filter(|(how, _)| *how != "wrong") {
            let project = fragile();
            let failed = going_wrong(&project, &["plan", "dev"], when, how);
            let said = told(&failed);
            assert_eq!(failed.code, 1, "{when} {how}: {said}");
            assert!(said.contains(words) && said.contains("the stage `fragile` is broken"), "{when} {how}: {said}");
            assert!(!project.local_folder().exists(), "{when} {how}: something was called");
        }
    }
    let project = fragile();
    let failed = going_wrong(&project, &["apply", "dev", "--yes"], "check", "signal11");
    assert_eq!(failed.code, 1);
    assert!(told(&failed).contains("was ended by signal 11"), "{}", failed.stderr);
    assert_eq!(notes(&project).len(), 0, "nothing is applied that was not checked");
}

#[test]
fn no_process_of_a_plugin_is_left() {
    let project = fragile();
    for how in ["hang", "garbage", "exit0"] {
        going_wrong(&project, &["apply", "dev", "--yes"], "before", how);
    }
    project.run(&["plan", "dev"]).success();
    let own = project.path().canonicalize().expect("a folder");
    let left: Vec<_> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|folder| folder == own))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_plugin_that_answers_what_nobody_asked_goes_on() {
    let project = fragile();
    going_wrong(&project, &["apply", "dev", "--yes"], "before", "twice").success();
    assert_eq!(notes(&project).len(), 1);
}
