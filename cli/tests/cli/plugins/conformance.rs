//! `deploy plugin test`: what holds to the suite, and what does not, by the case that it fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::edit;
use crate::artefact::library;
use crate::project::{Outcome, Project};

const WRONG: &str = include_str!("python/wrong.py");
const MANIFEST: &str = "name = \"wrong\"\nversion = \"1.0.0\"\nprogram = \"main.py\"\nscopes = [\"aws\"]\n";
const SCRIPT: &str = "[first]\nsize = 1\n[then]\nsize = 2\n";
const REPLACED: &str = "[replaced]\nname = \"two\"\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The cases of a run that came to `verdict`.
fn cases(outcome: &Outcome, verdict: &str) -> Vec<String> {
    let report = outcome.json();
    let cases = report["cases"].as_array().expect("cases");
    let with_verdict = cases.iter().filter(|case| case["verdict"] == verdict);
    with_verdict.map(|case| case["name"].as_str().expect("a name").to_owned()).collect()
}

fn tested(project: &Project, folder: &str) -> Outcome {
    let outcome = project.run(&["plugin", "test", folder, "--format", "json"]);
    assert_eq!(outcome.code != 0, !cases(&outcome, "failed").is_empty(), "{}", outcome.stdout);
    outcome
}

/// What becomes of a plugin that is wrong in this way.
fn wrong(way: &str) -> Outcome {
    let project = Project::embedded();
    let folder = project.path().join("plugins/wrong");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("main.py"), WRONG.replace("{{wrong}}", way)).expect("written");
    std::fs::write(folder.join("plugin.toml"), MANIFEST).expect("written");
    // What is not deleted cannot be replaced either.
    let script = if way == "keeps" { SCRIPT.to_owned() } else { SCRIPT.to_owned() + REPLACED };
    std::fs::write(folder.join("conformance.toml"), script).expect("written");
    tested(&project, "plugins/wrong")
}

fn assert_fails(way: &str, expected: &[&str]) {
    let outcome = wrong(way);
    assert_eq!(cases(&outcome, "failed"), expected, "{way}: {}", outcome.stdout);
}

#[test]
fn what_is_right_holds_to_every_case() {
    let outcome = wrong("in_no_way");
    let report = outcome.json();
    let is_passed = |case: &Value| case["verdict"] == "passed";
    assert!(report["cases"].as_array().expect("cases").iter().all(is_passed), "{}", outcome.stdout);
}

#[test]
fn what_says_another_thing_every_time_is_found_out() {
    assert_fails("describes_anew", &["describe", "unknown-field"]);
    assert_fails("impure", &["desired"]);
    assert_fails("grows", &["transform"]);
    assert_fails("fickle", &["check"]);
}

#[test]
fn what_says_who_it_is_in_another_way_is_found_out() {
    assert_fails("stranger", &["handshake"]);
    assert_fails("young", &["versions"]);
    assert_fails("wrong_default", &["section"]);
    assert_eq!(cases(&wrong("open"), "warned"), ["section"]);
}

#[test]
fn what_has_bad_manners_is_found_out() {
    assert_fails("obliging", &["unknown-method"]);
    assert_fails("strict", &["unknown-field"]);
    assert_fails("fragile", &["garbage"]);
    assert_fails("chokes", &["oversized"]);
    assert_fails("lingers", &["shutdown"]);
    assert_fails("stays", &["end-of-input"]);
    assert_fails("slow", &["deadline", "cancel"]);
}

#[test]
fn a_kind_that_does_not_do_what_it_says_is_found_out() {
    assert_fails("unfit", &["inputs"]);
    assert_fails("forgetful", &["empty-plan"]);
    assert_fails("other_outputs", &["outputs"]);
    assert_fails("makes_anew", &["update"]);
    assert_fails("never_replaced", &["replace"]);
    assert_fails("told_only", &["dropped"]);
    assert_fails("keeps", &["dropped", "gone"]);
    assert_fails("deletes_once", &["delete-twice"]);
    assert_fails("makes_twins", &["once"]);
}

#[test]
fn whoever_tells_what_it_was_given_is_found_out() {
    assert_fails("tells", &["secrets"]);
    assert_fails("tells_in_disguise", &["secrets"]);
    for way in ["fails_with_the_key", "answers_with_the_key"] {
        let outcome = wrong(way);
        assert!(cases(&outcome, "failed").contains(&"secrets".to_owned()), "{way}: {}", outcome.stdout);
        assert!(!outcome.stdout.contains("canary"), "{way}: {}", outcome.stdout);
    }
}

#[test]
fn a_plugin_from_the_template_holds_to_the_suite() {
    let project = Project::embedded();
    project.plugin("journal");
    let outcome = tested(&project, "plugins/journal").success();
    for case in ["create", "empty-plan", "update", "gone"] {
        assert!(cases(&outcome, "passed").contains(&case.to_owned()), "{case}: {}", outcome.stdout);
    }
    assert_eq!(project.lock(), "", "nothing is approved for it");
}

/// A secret has no value until somebody sets it, and here nobody does.
#[test]
fn a_plugin_that_declares_a_secret_holds_to_the_suite() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    let secret = r#"    owner = {**environment["owner"], "address": "secrets.parameter.JOURNAL_KEY"}
    secret = {"name": f"/{name}/key", "type": "SecureString", "owner": owner, "tags": environment["tags"]}
    return {
        "desired": [
            {"address": "secrets.parameter.JOURNAL_KEY", "inputs": secret, "source": NAME},
"#;
    edit(&folder.join("main.py"), "    return {\n        \"desired\": [\n", secret);
    let outcome = tested(&project, "plugins/journal").success();
    for case in ["create", "empty-plan", "update", "dropped", "gone"] {
        assert!(cases(&outcome, "passed").contains(&case.to_owned()), "{case}: {}", outcome.stdout);
    }
}

/// Two that are written down elsewhere, each with a kind of its own that keeps what it makes in files.
#[test]
fn plugins_in_c_and_in_python_hold_to_the_suite() {
    let core = root().join("core");
    let project = Project::embedded();
    let folder = |name: &str, file: &str| {
        let folder = project.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        let manifest = format!("name = \"{name}\"\nversion = \"1.0.0\"\n{file}\n");
        std::fs::write(folder.join("plugin.toml"), manifest).expect("written");
        let script = "[first.things]\none = 1\ntwo = 2\n[then.things]\none = 3\n";
        std::fs::write(folder.join("conformance.toml"), script).expect("written");
        folder
    };
    let ledger = folder("ledger", "library = \"ledger\"");
    let library = format!("{}ledger{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-D_DEFAULT_SOURCE", "-shared", "-fPIC", "-I"]).arg(core.join("plugin/include"));
    compiler.arg("-o").arg(ledger.join(library)).arg(core.join("host/tests/plugins/c/plugin.c"));
    assert!(compiler.status().expect("this test needs a C compiler, `cc`").success());
    let journal = folder("journal", "program = \"plugin.py\"");
    std::fs::copy(core.join("host/tests/plugins/python/plugin.py"), journal.join("plugin.py")).expect("a copy");
    for name in ["ledger", "journal"] {
        let outcome = tested(&project, name).success();
        for case in ["create", "empty-plan", "outputs", "update", "gone", "delete-twice"] {
            assert!(cases(&outcome, "passed").contains(&case.to_owned()), "{case}: {}", outcome.stdout);
        }
    }
}

/// What becomes of a plugin of this repository, whose manifest lies in `folder`.
fn shipped(folder: &str, target: &str) -> Outcome {
    let project = Project::embedded();
    let own = project.path().join("tested");
    let shipped = root().join(folder);
    std::fs::create_dir(&own).expect("a folder");
    std::fs::copy(shipped.join("conformance.toml"), own.join("conformance.toml")).expect("a copy");
    let manifest = std::fs::read_to_string(shipped.join("plugin.toml")).expect("a manifest");
    let line = manifest.lines().find(|line| line.starts_with("library = ")).expect("a library");
    let library = library(target).with_file_name(target);
    let library = format!("library = \"{}\"", library.display());
    std::fs::write(own.join("plugin.toml"), manifest.replace(line, &library)).expect("written");
    tested(&project, "tested").success()
}

#[test]
fn the_stages_hold_to_the_suite() {
    for stage in ["network", "security", "secrets", "iam", "ecs"] {
        let outcome = shipped(&format!("plugins/{stage}/examples"), &format!("{stage}_plugin"));
        // The other stages stand on what most of them make, so that it cannot be left out.
        let skipped = cases(&outcome, "skipped");
        let may_be = |case: &String| case == "once" || (case == "dropped" && stage != "ecs");
        assert!(skipped.iter().all(may_be), "{stage}: {}", outcome.stdout);
    }
}

#[test]
fn the_plugins_to_learn_from_hold_to_the_suite() {
    for (name, asked) in [("sidecar", "transform"), ("guardrails", "check")] {
        let outcome = shipped(&format!("plugins/{name}"), &format!("deploy_{name}"));
        for case in [asked, "empty-plan"] {
            assert!(cases(&outcome, "passed").contains(&case.to_owned()), "{name}, {case}: {}", outcome.stdout);
        }
    }
}

#[test]
fn a_plugin_with_a_kind_and_an_sdk_of_its_own_holds_to_every_case_but_what_it_asks_not_to_be_asked() {
    let outcome = shipped("plugins/bucket", "deploy_bucket");
    assert_eq!(cases(&outcome, "skipped"), ["check"], "{}", outcome.stdout);
}

/// Every case stands on the page about plugins, with what it means.
#[test]
fn the_page_about_plugins_lists_every_case() {
    let page = std::fs::read_to_string(root().join("docs/plugins.md")).expect("the page");
    let report = wrong("in_no_way").json();
    for case in report["cases"].as_array().expect("cases") {
        let text = |key: &str| case[key].as_str().expect("text");
        let line = format!("| `{}` | {} |", text("name"), text("means"));
        assert!(page.contains(&line), "{line}");
    }
}

#[test]
fn every_case_is_a_line_for_a_person() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    edit(&folder.join("main.py"), "\"retention_days\": config[\"retention_days\"]", "\"retention_days\": \"long\"");
    let outcome = project.run(&["plugin", "test", "plugins/journal"]);
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.starts_with("✓ handshake      it agrees on a version"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("✗ inputs "), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\n  help:          "), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("– create         skipped: there is no plan"), "{}", outcome.stdout);
    let missing = project.run(&["plugin", "test", "plugins/nobody"]);
    assert_eq!(missing.code, 3, "{}", missing.stderr);
}
