//! `deploy unlock`.

use rustix::process::Signal;

use super::{DELAY, Running, apply, until};
use crate::endpoint::{Endpoint, Fate};
use crate::project::Project;

#[test]
fn it_names_the_holder_and_asks_and_the_holder_stops() {
    let endpoint = Endpoint::start();
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    assert!(second.run(&["unlock", "dev"]).success().stderr.contains("dev is not locked"));
    endpoint.answer_after(DELAY);
    let running = Running::start(apply(&first, 60_000, &[]));
    until(&endpoint, "CreateVpc");
    // However slow this machine is: it is not done before the lock is gone.
    running.signal(Signal::STOP);
    let asked = second.run(&["unlock", "dev"]);
    assert_eq!(asked.code, 5, "{}", asked.stderr);
    assert!(
        asked.stderr.contains("dev is locked by ") && asked.stderr.contains("deploy apply dev"),
        "{}",
        asked.stderr
    );
    let unlocked = second.run(&["unlock", "dev", "--yes"]).success();
    assert!(unlocked.stderr.contains("dev is unlocked"), "{}", unlocked.stderr);
    running.signal(Signal::CONT);
    let lost = running.end();
    assert_eq!(lost.code, 4, "{}", lost.stderr);
    assert!(lost.stderr.contains(": deploy unlock dev has taken dev over"), "{}", lost.stderr);
    assert!(second.run(&["unlock", "dev"]).success().stderr.contains("dev is not locked"));
    second.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(endpoint.count("CreateVpc"), 1);
}

#[test]
fn no_environment_is_unlocked_by_default() {
    assert_eq!(Project::embedded().run(&["unlock", "--yes"]).code, 3);
}

#[test]
fn who_may_not_lock_changes_nothing_and_is_told_what_to_allow() {
    for operation in ["GetParametersByPath", "PutParameter"] {
        let endpoint = Endpoint::start();
        let project = Project::behind(&endpoint);
        endpoint.decide(move |called, _| if called == operation { Fate::Denied } else { Fate::Answered });
        let denied = project.run(&["apply", "dev", "--yes"]);
        assert_eq!(denied.code, 1, "{}", denied.stderr);
        for words in ["error: cannot lock dev", operation, "below `/deploy/ecs-parameter-store/dev/`"] {
            assert!(denied.stderr.contains(words), "no `{words}` in {}", denied.stderr);
        }
        assert_eq!(endpoint.count("CreateVpc"), 0);
        project.run(&["plan", "dev"]).success();
    }
}
