//! Plugins that run and cannot be used: another version, another name, wishes that were not granted, claims of others.

use std::fs;
use std::path::Path;

use deploy_host::{LockedPlugin, Registry};
use deploy_plugin::manifest::Carrier;

use crate::languages::{ledger, library, python, scripted};
use crate::processes;
use crate::project::{Project, locked};

/// What is said of a plugin that was approved in spite of everything.
#[track_caller]
fn refused(plugin: LockedPlugin) -> String {
    Project::with([plugin]).refused()
}

#[test]
fn the_protocol_of_another_time() {
    python();
    let said = |range: &str| {
        let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
        fs::write(project.folder().join("protocol"), range).expect("written");
        project.refused()
    };
    let new = said("[7, 9]");
    assert!(
        new.contains("`scripted` speaks protocol 7 or newer, and this `deploy` speaks 1\nupdate `deploy`"),
        "{new}"
    );
    let old = said("[0, 0]");
    assert!(
        old.contains("`scripted` speaks protocol 0 or older, and this `deploy` speaks 1\nbuild the plugin"),
        "{old}"
    );
}

/// What the tool would read for ever, or until its stack is full.
#[test]
fn a_description_without_an_end() {
    python();
    for schema in [r##"{"$ref":"#"}"##, r##"{"properties":{"a":{"anyOf":[{"$ref":"#/properties/a"}]}}}"##] {
        let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
        fs::write(project.folder().join("schema"), schema).expect("written");
        let said = project.refused();
        let words = "the plugin `scripted` describes the kind `scripted.thing` by a schema that has no end";
        assert!(said.starts_with(words), "{said}");
    }
}

/// A section is a table: nothing can be laid over `true`.
#[test]
fn a_section_or_a_kind_that_is_no_table() {
    python();
    let said = |file: &str, text: &str| {
        let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
        fs::write(project.folder().join(file), text).expect("written");
        project.refused()
    };
    let told = said("section", r#"{"schema": true}"#);
    let words = "the plugin `scripted` describes its section `scripted` by a schema that is no object, but `true`\n";
    assert!(told.starts_with(words), "{told}");
    let told = said("section", r#"{"defaults": 3}"#);
    let words = "the plugin `scripted` gives its section `scripted` defaults that are no object, but `3`\n";
    assert!(told.starts_with(words), "{told}");
    let told = said("schema", "7");
    let words = "the plugin `scripted` describes the kind `scripted.thing` by a schema that is no object, but `7`\n";
    assert!(told.starts_with(words), "{told}");
}

#[test]
fn scopes_that_were_not_granted() {
    python();
    let project = Project::with([locked("scripted", Carrier::Program, &scripted())]);
    fs::write(project.folder().join("scopes"), "[\"secret:KEY\", \"aws\"]").expect("written");
    let said = project.refused();
    assert!(said.starts_with("the plugin `scripted` asks for `aws`, which it was not granted"), "{said}");
}

#[test]
fn another_plugin_than_was_approved() {
    let said = refused(locked("audit", Carrier::Library, &ledger()));
    assert!(
        said.starts_with("the plugin `audit` says that it is ledger 1.0.0, and was approved as audit 1.0.0"),
        "{said}"
    );
    let mut plugin = locked("ledger", Carrier::Library, &ledger());
    plugin.version = "2.0.0".to_owned();
    let words = "the plugin `ledger` says that it is ledger 1.0.0, and was approved as ledger 2.0.0";
    assert!(refused(plugin).starts_with(words));
}

/// Of two with one section both run, and neither is used. A kind is named after a section of its own plugin.
#[test]
fn two_with_one_section_or_one_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let build = |name: &str, from: &str, to: &str| {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins/c/plugin.c"));
        let text = text
            .expect("the source")
            .replace("\\\"name\\\":\\\"ledger\\\",\\\"version", &format!("\\\"name\\\":\\\"{name}\\\",\\\"version"));
        let source = folder.path().join(format!("{name}.c"));
        fs::write(&source, text.replace(from, to)).expect("written");
        let file = folder.path().join(format!("lib{name}.so"));
        library(&source, &file, &[]);
        locked(name, Carrier::Library, &file)
    };
    let first = locked("ledger", Carrier::Library, &ledger());
    let same_section = build("second", "\\\"name\\\":\\\"ledger.entry\\\"", "\\\"name\\\":\\\"second.entry\\\"");
    let same_kind = build("third", "{\\\"name\\\":\\\"ledger\\\",\\\"schema", "{\\\"name\\\":\\\"third\\\",\\\"schema");
    let words = "the plugin `third` offers the kind `ledger.entry`, which is named after a section that is not its own";
    let said = Project::with([first.clone(), same_kind]).refused();
    assert!(said.starts_with(words), "{said}");

    let project = Project::with([first, same_section]);
    let sink: deploy_host::LogSink = std::sync::Arc::new(|_| ());
    let command = crate::project::command(project.folder());
    let plugins = deploy_host::Plugins::start(project.folder(), &project.lock, &command, sink)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let words = "the plugins `ledger` and `second` both claim the section `ledger`";
    assert_eq!(Registry::new(plugins.plugins()).err().expect("a clash").to_string(), words);
    drop(plugins);
    processes::assert_none(project.folder());
}
