//! A clock that is off: AWS's is hours ahead of this machine's, and refuses what was signed minutes ago.

use crate::endpoint::Endpoint;
use crate::project::Project;

/// Every command that reads or changes anything, to the end.
fn everything_works(project: &Project) {
    project.run(&["plan", "dev"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
    project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", "dev"], "one").success();
    let revealed = project.run(&["secrets", "get", "MY_PARAM_1", "--env", "dev", "--reveal"]).success();
    assert_eq!(revealed.stdout.trim(), "one");
    project.run(&["secrets", "history", "MY_PARAM_1", "--env", "dev"]).success();
    project.run(&["secrets", "rollback", "MY_PARAM_1", "--env", "dev", "--yes"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    let history = project.run(&["history", "dev", "--format", "json"]).success().json();
    assert_eq!(history.as_array().map(Vec::len), Some(2), "{history}");
    assert!(history[0]["ended"].as_i64() >= history[0]["began"].as_i64(), "{history}");
    let unlocked = project.run(&["unlock", "dev", "--yes"]).success();
    assert!(unlocked.stderr.contains("dev is not locked"), "{}", unlocked.stderr);
    project.run(&["status", "dev"]).success();
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
}

#[test]
fn an_aws_that_is_hours_ahead_is_worked_with() {
    for (clock, enforce) in [("0", "true"), ("+1h", "false"), ("+1h", "true"), ("+400d", "true")] {
        let endpoint = Endpoint::start();
        endpoint.configure("clock", clock);
        endpoint.configure("enforce_clock", enforce);
        everything_works(&Project::behind(&endpoint));
    }
}

/// No write is lost to the clock: each run has asked what time it is, with a call that it may repeat, before it changes
/// anything.
#[test]
fn a_clock_that_is_off_costs_a_few_reads_and_no_write() {
    let calls = |clock: &str| {
        let endpoint = Endpoint::start();
        endpoint.configure("clock", clock);
        endpoint.configure("enforce_clock", "true");
        Project::behind(&endpoint).run(&["apply", "dev", "--yes"]).success();
        let is_read = |call: &str| ["Get", "List", "Describe", "Batch"].iter().any(|verb| call.starts_with(verb));
        let (reads, writes): (Vec<String>, Vec<String>) = endpoint.calls().into_iter().partition(|call| is_read(call));
        let mut writes: Vec<String> = writes;
        writes.sort();
        (reads.len(), writes)
    };
    let ((right, made), (off, made_too)) = (calls("0"), calls("2h"));
    assert_eq!(made, made_too);
    assert!(off <= right + 30, "{off} reads, and with a clock that is right {right}");
}

#[test]
fn the_embedded_aws_may_be_ahead_too() {
    let project = Project::embedded();
    project.run(&["local", "configure", "clock=+1h", "enforce_clock=true"]).success();
    everything_works(&project);
}
