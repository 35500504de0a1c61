//! What the host gives to a plugin does not come back from it.

use std::sync::Arc;

use deploy_host::Services;
use deploy_model::{Fault, FaultKind};
use deploy_plugin::BoxFuture;
use deploy_plugin::wire::Credentials;

use crate::project::{Project, Running};

const KEY: &str = "k3y \"with\" quotes\nand a second line";

/// A host that has one secret.
struct Host;

impl Services for Host {
    fn region(&self) -> String {
        "ap-northeast-1".to_owned()
    }

    fn endpoint_url(&self) -> BoxFuture<'_, Result<Option<String>, Fault>> {
        Box::pin(async { Ok(None) })
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(async { Err(Fault::new(FaultKind::Denied, "none here")) })
    }

    fn secret<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async { Ok(KEY.to_owned()) })
    }
}

fn started(project: &Project) -> Running {
    let running = project.start().expect("it starts");
    running.plugins.connect(Arc::new(Host));
    running
}

#[track_caller]
fn assert_clean(text: &str) {
    for part in ["k3y", "quotes", "second line"] {
        assert!(!text.contains(part), "{text}");
    }
}

#[test]
fn not_in_the_log() {
    for how in ["leak-log", "leak-line"] {
        let project = Project::faulty();
        let running = started(&project);
        project.fault(&format!("create-before {how}"));
        running.create("one", 1).expect("made");
        drop(running);
        let lines = project.logged();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("the key is ") && lines[0].contains("[redacted]"), "{lines:?}");
        assert!(!lines[0].contains('\u{1b}'), "{lines:?}");
        assert_clean(&lines[0]);
    }
}

#[test]
fn not_in_progress_and_not_in_a_checkpoint() {
    let project = Project::faulty();
    let running = started(&project);
    project.fault("create-before leak-words");
    running.create("one", 1).expect("made");
    let said = running.said.lock().expect("nobody panics with it").clone();
    assert_eq!(said, ["[redacted]", "using [redacted]", "thing-1"]);
}

#[test]
fn not_in_an_error() {
    let project = Project::faulty();
    let running = started(&project);
    project.fault("create-before leak-error");
    let fault = running.create("one", 1).expect_err("an error");
    assert_eq!(fault.message, "the plugin `faulty`: [redacted] is wrong");
}

/// An answer is data: it cannot be blacked out, so it is not taken.
#[test]
fn not_in_an_answer() {
    let project = Project::faulty();
    let running = started(&project);
    project.fault("create-after leak-answer");
    let fault = running.create("one", 1).expect_err("refused");
    let words = "the plugin `faulty` put a value that must not be shown into an answer, which was thrown away,";
    assert!(fault.message.starts_with(words), "{fault}");
    assert!(fault.message.ends_with("it had got as far as `thing-1`"), "{fault}");
    assert!(fault.help.is_some_and(|help| help.starts_with("the outcome is not known")));
    assert_eq!(running.discover().expect("it goes on").len(), 1);
}

#[test]
fn nothing_is_given_without_the_scope() {
    let project = Project::faulty();
    let running = started(&project);
    project.fault("create-before take");
    let fault = running.create("one", 1).expect_err("denied");
    assert_eq!(fault.message, "the plugin `faulty` was not granted `secret:OTHER`");
}
