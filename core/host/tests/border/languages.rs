//! Plugins in other languages, through everything that a resource goes through.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use deploy_plugin::manifest::Carrier;
use serde_json::json;

use crate::processes;
use crate::project::{Project, locked};

fn plugins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins")
}

/// The header that a plugin in C includes.
pub fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin/include")
}

/// Runs the C compiler.
pub fn cc(arguments: &[&std::ffi::OsStr]) {
    let mut command = Command::new("cc");
    command.args(["-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror", "-I"]).arg(include()).args(arguments);
    let output = command.output().unwrap_or_else(|error| panic!("this test needs a C compiler, `cc`: {error}"));
    assert!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a library of a C source, with some words for the preprocessor.
pub fn library(source: &Path, to: &Path, definitions: &[&str]) {
    let fixed = ["-shared", "-fPIC", "-o"].map(std::ffi::OsStr::new);
    let definitions = definitions.iter().map(|word| std::ffi::OsStr::new(*word));
    let rest = [to.as_os_str(), source.as_os_str()];
    cc(&fixed.into_iter().chain(rest).chain(definitions).collect::<Vec<_>>());
}

/// Sees that there is a Python.
pub fn python() {
    let found = Command::new("python3").arg("--version").output();
    found.unwrap_or_else(|error| panic!("this test needs `python3`: {error}"));
}

/// The plugin in C, built once.
pub fn ledger() -> PathBuf {
    static BUILT: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let build = || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("libledger.so");
        library(&plugins().join("c/plugin.c"), &file, &[]);
        (folder, file)
    };
    BUILT.get_or_init(build).1.clone()
}

/// The plugin in Python.
fn journal() -> PathBuf {
    plugins().join("python/plugin.py")
}

/// The plugin in Python that answers wrongly.
pub fn scripted() -> PathBuf {
    plugins().join("python/answers.py")
}

/// Everything that becomes of a resource, by a plugin that calls its stage `name` and its kind `name.entry`.
fn whole_life(name: &'static str, kind: &'static str, carrier: Carrier, file: &Path) {
    let project = Project::with([locked(name, carrier, file)]);
    let mut running = project.start().unwrap_or_else(|errors| panic!("{errors:?}"));
    (running.stage, running.kind) = (name, kind);
    let blueprint = running.desired_of(&json!({ "one": 1, "two": 2 })).expect("two entries");
    let inputs: Vec<_> = blueprint.desired.values().map(|desired| desired.inputs.clone()).collect();
    assert_eq!(inputs, [json!({ "name": "one", "size": 1 }), json!({ "name": "two", "size": 2 })]);
    assert_eq!(blueprint.desired[&running.address("one")].source.to_string(), format!("{name}.things.one"));
    assert_eq!(running.kind().check(&inputs.iter().collect::<Vec<_>>()).expect("checked"), [None, None]);
    assert_eq!(running.discover().expect("nothing"), []);
    let one = running.create("one", 1).expect("made");
    let two = running.create("two", 2).expect("made");
    assert_eq!(running.said.lock().expect("nobody panics with it").as_slice(), [one.id.clone(), two.id.clone()]);
    let mut found = running.discover().expect("two");
    found.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(found, [one.clone(), two.clone()]);
    let one = running.update(&one, 3).expect("changed");
    running.delete(&two).expect("deleted");
    running.delete(&two).expect("gone already");
    let found = running.discover().expect("one");
    assert_eq!(found, [one]);
    assert_eq!(found[0].inputs, json!({ "name": "one", "size": 3 }));
    running.check().expect("it wants to see no plan");
    let fault = futures::executor::block_on(running.kind().look_up(&running.context(), &[])).expect_err("not known");
    assert!(fault.message.starts_with(&format!("the plugin `{name}`: ")), "{fault}");
    drop(running);
    processes::assert_none(project.folder());
    assert!(project.logged().is_empty(), "{:?}", project.logged());
}

#[test]
fn c() {
    whole_life("ledger", "ledger.entry", Carrier::Library, &ledger());
}

#[test]
fn python_3() {
    python();
    whole_life("journal", "journal.entry", Carrier::Program, &journal());
}

/// One plugin breaks, and the others know nothing of it.
#[test]
fn beside_one_that_breaks() {
    python();
    let faulty = locked("faulty", Carrier::Library, &crate::project::faulty_library());
    let others = [("ledger", Carrier::Library, ledger()), ("journal", Carrier::Program, journal())];
    let project =
        Project::with(others.iter().map(|(name, carrier, file)| locked(name, *carrier, file)).chain([faulty]));
    let mut running = project.start().unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut expected = 0;
    for how in ["abort", "garbage", "exit-0"] {
        (running.stage, running.kind) = ("faulty", "faulty.thing");
        project.fault(&format!("create-before {how}"));
        running.create("one", 1).expect_err(how);
        expected += 1;
        for (stage, kind) in [("ledger", "ledger.entry"), ("journal", "journal.entry")] {
            (running.stage, running.kind) = (stage, kind);
            running.create(how.split('-').next().expect("a word"), 1).expect("it goes on");
            assert_eq!(running.discover().expect("it goes on").len(), expected);
        }
    }
    drop(running);
    processes::assert_none(project.folder());
}
