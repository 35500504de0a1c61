//! A run that was killed holds its lock no longer than it must.

use rustix::process::Signal;

use super::{DELAY, Running, apply, assert_whole, until};
use crate::endpoint::Endpoint;
use crate::project::Project;

const LOCK: &str = "/deploy/ecs-parameter-store/dev/lock/1";

/// An apply that was killed in the middle.
fn killed(endpoint: &Endpoint, project: &Project, lease: u32) {
    endpoint.answer_after(DELAY);
    let running = Running::start(apply(project, lease, &[]));
    until(endpoint, "CreateSubnet");
    running.signal(Signal::KILL);
    running.end();
}

/// As if the run had been on another machine.
fn moved_elsewhere(endpoint: &Endpoint) {
    endpoint.with_world(|world| {
        let accounts = world.accounts.values_mut();
        let mut parameters = accounts.flat_map(|account| account.regions.values_mut()).map(|region| &mut region.ssm);
        let lock = parameters.find_map(|ssm| ssm.parameters.get_mut(LOCK)).expect("the lock");
        let written = lock.versions.last_mut().expect("it was written");
        let mut claim: serde_json::Value = serde_json::from_str(&written.value).expect("JSON");
        claim["holder"]["host"] = "elsewhere".into();
        written.value = claim.to_string();
    });
}

#[test]
fn on_the_same_machine_it_is_taken_over_at_once() {
    let endpoint = Endpoint::start();
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    killed(&endpoint, &first, 3_600_000);
    let applied = Running::start(apply(&second, 60_000, &[])).end().success();
    assert!(applied.stderr.contains("taking dev over: "), "{}", applied.stderr);
    assert!(applied.stderr.contains("is at work no longer"), "{}", applied.stderr);
    assert_whole(&second);
}

#[test]
fn on_another_machine_it_is_taken_over_when_its_lease_is_over() {
    let endpoint = Endpoint::start();
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    killed(&endpoint, &first, 4_000);
    moved_elsewhere(&endpoint);
    let told = second.run(&["apply", "dev", "--yes"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("@elsewhere (process "), "{}", told.stderr);
    let applied = Running::start(apply(&second, 60_000, &["--lock-timeout", "60s"])).end().success();
    assert!(applied.stderr.contains("was not heard of for a whole lease"), "{}", applied.stderr);
    assert_whole(&second);
}
