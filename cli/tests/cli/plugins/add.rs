//! `deploy plugin add`: what is shown, who is asked, and what is written.

use super::edit;
use crate::project::Project;
use crate::terminal::{end, terminal};

#[test]
fn without_a_terminal_nothing_is_approved_unless_it_is_said() {
    let project = Project::embedded();
    project.plugin("journal");
    let refused = project.run(&["plugin", "add", "plugins/journal"]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    assert_eq!(project.lock(), "");
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    assert!(project.lock().contains("sha256"));
    let again = project.run(&["plugin", "add", "plugins/journal"]).success();
    assert!(again.stderr.contains("is approved already"), "{}", again.stderr);
}

#[test]
fn on_a_terminal_the_hash_and_the_scopes_are_shown_before_the_question() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    edit(&folder.join("plugin.toml"), "scopes = []", "scopes = [\"aws\"]");
    let mut session = terminal(&project, &["plugin", "add", "plugins/journal"]);
    let shown = session.exp_string("Approve journal for this project?").expect("the question");
    for part in ["journal 0.1.0", "sha256", "aws: the credentials", "is no sandbox"] {
        assert!(shown.contains(part), "no `{part}`: {shown}");
    }
    session.send_line("n").expect("a key");
    assert_eq!(end(session).1, 5);
    assert_eq!(project.lock(), "");

    let mut session = terminal(&project, &["plugin", "add", "plugins/journal"]);
    session.exp_string("Approve journal for this project?").expect("the question");
    session.send_line("y").expect("a key");
    let (screen, code) = end(session);
    assert_eq!(code, 0, "{screen}");
    assert!(project.lock().contains("scopes = [\"aws\"]"), "{}", project.lock());
}

#[test]
fn yes_alone_grants_nothing() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    edit(&folder.join("plugin.toml"), "scopes = []", "scopes = [\"aws\", \"secret:MY_PARAM_1\"]");
    let refused = project.run(&["plugin", "add", "plugins/journal", "--yes", "--grant", "aws"]);
    assert_eq!(refused.code, 5);
    assert!(refused.stderr.contains("add `--grant secret:MY_PARAM_1`"), "{}", refused.stderr);
    let wrong = project.run(&["plugin", "add", "plugins/journal", "--yes", "--grant", "root"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains("journal does not ask for `root`"), "{}", wrong.stderr);
    assert_eq!(project.lock(), "");
    let all = ["plugin", "add", "plugins/journal", "--yes", "--grant", "aws", "--grant", "secret:MY_PARAM_1"];
    project.run(&all).success();
}

#[test]
fn what_is_no_plugin_is_said_with_its_place() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    let add = |path: &str| {
        let refused = project.run(&["plugin", "add", path, "--yes"]);
        assert_eq!(refused.code, 3, "{path}: {}", refused.stderr);
        refused.stderr
    };
    assert!(add("nowhere").contains("cannot read `nowhere/plugin.toml`"));
    assert!(add("plugins/journal/main.py").contains("is a file, and a plugin is a folder"));
    edit(&folder.join("plugin.toml"), "program", "programme");
    let told = add("plugins/journal");
    assert!(told.contains("line 4: unknown field `programme`"), "{told}");
    edit(&folder.join("plugin.toml"), "programme = \"main.py\"", "program = \"other.py\"");
    assert!(add("plugins/journal").contains("`plugins/journal/other.py` cannot be read"));
    edit(&folder.join("plugin.toml"), "program = \"other.py\"", "library = \"main\"");
    std::fs::copy(folder.join("main.py"), folder.join("libmain.so")).expect("a copy");
    let told = add("plugins/journal");
    assert!(told.contains("it is not a dynamic library"), "{told}");
    assert_eq!(project.lock(), "");
}

#[test]
fn two_that_claim_one_section_are_refused_before_anything_is_written() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    edit(&folder.join("main.py"), "    \"name\": NAME,\n", "    \"name\": \"ecs\",\n");
    let refused = project.run(&["plugin", "add", "plugins/journal", "--yes"]);
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.contains("the plugins `ecs` and `journal` both claim the section `ecs`"),
        "{}",
        refused.stderr
    );
    edit(&folder.join("main.py"), "    \"name\": \"ecs\",\n", "    \"name\": \"aws\",\n");
    let refused = project.run(&["plugin", "add", "plugins/journal", "--yes"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("`aws`"), "{}", refused.stderr);
    assert_eq!(project.lock(), "");
}

#[test]
fn a_plugin_that_cannot_start_is_not_approved() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    for (line, told) in [
        ("raise SystemExit(3)", "ended by itself with exit code 3"),
        ("MESSAGES.write(b'hello there'); MESSAGES.flush()", "sent what is no message (text)"),
        ("NAME = 'other'", "says that it is other 0.1.0"),
    ] {
        std::fs::write(folder.join("main.py"), template(line)).expect("written");
        let refused = project.run(&["plugin", "add", "plugins/journal", "--yes"]);
        assert_eq!(refused.code, 3, "{}", refused.stderr);
        assert!(refused.stderr.contains(told), "{line}: {}", refused.stderr);
        assert_eq!(project.lock(), "", "{line}");
    }
}

/// The template with a line of one's own before it speaks.
fn template(line: &str) -> String {
    let text = include_str!("../../../../templates/plugin-python/main.py").replace("{{name}}", "journal");
    text.replace("def initialize", &format!("{line}\n\n\ndef initialize"))
}
