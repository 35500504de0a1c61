//! A run that was stopped, taken over, and goes on, changes nothing more.

use rustix::process::Signal;

use super::{DELAY, Running, apply, assert_whole, until};
use crate::endpoint::Endpoint;
use crate::project::Project;

/// Whether an operation changes anything but what the program keeps about itself.
fn changes(operation: &str) -> bool {
    let looks = ["Describe", "Get", "List", "PutParameter"].iter().any(|prefix| operation.starts_with(prefix));
    !looks
}

/// Stops an apply as soon as it has sent this, lets another one take over, and lets the first go on.
fn stopped_at(operation: &str) {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    let running = Running::start(apply(&first, 1_500, &[]));
    until(&endpoint, operation);
    // What is sent beside it is on its way: nobody calls that back.
    std::thread::sleep(DELAY / 2);
    running.signal(Signal::STOP);
    let taken = Running::start(apply(&second, 60_000, &["--lock-timeout", "60s"])).end().success();
    assert!(taken.stderr.contains("was not heard of for a whole lease"), "{}", taken.stderr);
    endpoint.answer_after(DELAY);
    running.signal(Signal::CONT);
    let outcome = running.end();
    let changed: Vec<String> = endpoint.calls().into_iter().filter(|call| changes(call)).collect();
    assert_eq!(changed, [""; 0], "after {operation}");
    assert_eq!(outcome.code, 4, "{operation}: {}", outcome.stderr);
    assert!(outcome.stderr.contains("has taken dev over; nothing further was changed"), "{}", outcome.stderr);
    assert_whole(&second);
    let history = second.run(&["history", "dev", "--format", "json"]).success().json();
    assert_eq!((&history[0]["ending"], &history[1]["ending"]), (&"lock_lost".into(), &"done".into()));
}

/// Between the steps, and in the middle of one that takes several calls.
#[test]
fn wherever_it_was_stopped() {
    std::thread::scope(|scope| {
        for operation in ["CreateVpc", "ModifyVpcAttribute", "CreateSubnet", "AttachRolePolicy", "CreateRoute"] {
            scope.spawn(move || stopped_at(operation));
        }
    });
}
