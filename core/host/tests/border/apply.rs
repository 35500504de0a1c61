//! The whole way of a plan through a plugin that ends in the middle: the tool lives on, says that the outcome is not
//! known, and the next run converges.

use std::sync::Arc;

use deploy_engine::{
    Approval, Intent, Kinds, Lag, Report, Run, Search, Stakes, apply, approve, blueprint, check_inputs,
    check_references, discover, plan, unconditional,
};
use deploy_model::{Plan, Verb};
use deploy_plugin::manifest::Deadlines;
use deploy_plugin::{Context, Purpose, StageContext};
use futures::executor::block_on;
use serde_json::{Value, json};

use crate::processes;
use crate::project::{Project, Running, owner, place};

impl Running {
    fn kinds(&self) -> Kinds {
        Kinds::new(self.registry.kinds())
    }

    /// What the section asks for and what is there, compared.
    fn plan(&self, things: &Value) -> Plan {
        let kinds = self.kinds();
        let sections = [("faulty".to_owned(), json!({ "things": things }))].into();
        let cx = StageContext { owner: owner(), prefix: "shop-dev".into(), tags: [].into() };
        let blueprint = blueprint(&self.registry.stages(), &sections, &cx).expect("desired");
        check_references(&blueprint, &kinds).expect("sound");
        check_inputs(&blueprint, &kinds).expect("of the right form");
        let search = Search { prefix: "shop-dev", blueprint: &blueprint, purpose: Purpose::Compare };
        let actual = block_on(discover(&kinds, &Context::quiet(owner()), search, &|_: &_| ())).expect("listed");
        let (owner, place) = (&owner(), &place());
        let origin = &|_: &_| None;
        let intent = Intent { owner, place, configuration: "", blueprint: &blueprint, destroy: false, origin };
        plan(&intent, &actual, &kinds).expect("no ring")
    }

    fn apply(&self, plan: Plan) -> Report {
        let run = Run {
            kinds: self.kinds(),
            observer: Arc::new(|_: &_| ()),
            sleep: Arc::new(|_| Box::pin(std::future::ready(()))),
            cancelled: Arc::default(),
            permit: unconditional(),
            name: "test".into(),
            lag: Lag::NONE,
            prefix: "shop".into(),
        };
        block_on(apply(&approve(plan, Stakes::Nothing, false, Approval::Named).expect("nothing blocks"), &run))
    }
}

/// Ends the plugin in the middle of one of two creations. What had taken effect is found and not made again, what had
/// not is made; either way there is one resource of each name.
#[track_caller]
fn ends(when: &str, how: &str) {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    let things = json!({ "one": 1, "two": 2 });
    // The things are made side by side in one process: its end may be the end of both.
    let first = running.plan(&things);
    assert_eq!(first.changes.len(), 2);
    project.fault(&format!("{when} {how}"));
    let report = running.apply(first);
    assert!(!report.failed.is_empty(), "{when} {how}");
    for failure in &report.failed {
        let fault = &failure.fault;
        assert!(fault.message.contains("the plugin `faulty` "), "{when} {how}: {fault}");
        assert!(fault.help.as_deref().is_some_and(|help| help.starts_with("the outcome is not known")), "{fault}");
    }
    let told = report.failed.iter().filter(|failure| failure.fault.message.contains("as far as `thing-1`")).count();
    assert_eq!(told, usize::from(when == "create-after"), "{when} {how}: {:?}", report.failed);
    let second = running.plan(&things);
    assert!(second.changes.iter().all(|change| change.verb == Verb::Create), "{when} {how}");
    assert_eq!(second.changes.len(), report.failed.len() - told, "{when} {how}: what has taken effect is found");
    assert_eq!(running.apply(second).failed, []);
    assert!(running.plan(&things).is_empty(), "{when} {how}");
    let mut names: Vec<String> =
        running.discover().expect("listed").iter().map(|live| live.inputs["name"].to_string()).collect();
    names.sort();
    assert_eq!(names, ["\"one\"", "\"two\""], "{when} {how}: nothing is there twice");
    drop(running);
    processes::assert_none(project.folder());
}

#[test]
fn an_end_before_the_effect() {
    for how in ["abort", "segfault", "exit-0", "garbage"] {
        ends("create-before", how);
    }
}

#[test]
fn an_end_after_the_effect() {
    for how in ["abort", "segfault", "exit-0", "garbage"] {
        ends("create-after", how);
    }
}

#[test]
fn no_answer_after_the_effect() {
    ends("create-after", "sleep");
}

/// A panic leaves the process alive: the other creation goes on in it.
#[test]
fn a_panic_after_the_effect() {
    ends("create-after", "panic");
    ends("create-before", "panic");
}

/// The manifest says how long what the plugin puts off is tried again; then the step fails, and says who has put it off.
#[test]
fn a_step_that_is_put_off_for_ever() {
    for (retry, waited) in [(0, 0), (1, 1), (25, 25), (Deadlines::default().retry, 600)] {
        let mut project = Project::faulty();
        project.lock.plugins[0].deadline_seconds.retry = retry;
        let running = project.start().expect("it starts");
        let things = json!({ "one": 1 });
        let first = running.plan(&things);
        project.fault("create-before later always");
        let report = running.apply(first);
        let fault = &report.failed[0].fault;
        assert_eq!(fault.message, format!("the plugin `faulty` has put it off for {waited} s: somebody holds it"));
        assert!(fault.help.as_deref().is_some_and(|help| help.contains("`retry` of `deadline_seconds`")), "{fault}");
        assert_eq!(running.apply(running.plan(&things)).failed.len(), 1, "nothing was made");
        std::fs::remove_file(project.folder().join("fault")).expect("it is there still");
        assert_eq!(running.apply(running.plan(&things)).failed, []);
    }
}

#[test]
fn an_end_in_the_middle_of_a_change_and_of_a_deletion() {
    let project = Project::faulty();
    let running = project.start().expect("it starts");
    assert_eq!(running.apply(running.plan(&json!({ "one": 1 }))).failed, []);
    for (when, things) in [("update", json!({ "one": 2 })), ("delete", json!({}))] {
        project.fault(&format!("{when} abort"));
        let report = running.apply(running.plan(&things));
        let fault = &report.failed[0].fault;
        assert!(fault.message.contains(&format!("in the middle of `kind/{when}`")), "{fault}");
        assert_eq!(running.apply(running.plan(&things)).failed, []);
        assert!(running.plan(&things).is_empty());
    }
    assert_eq!(running.discover().expect("nothing"), []);
}
