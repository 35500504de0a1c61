//! Ctrl-C while a rollout is waited for.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{assert_said, configure, running, second};

#[test]
fn who_stops_waiting_is_told_that_the_rollout_goes_on_and_how_to_stop_it() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 stays pending"]);
    let options = second(&[]);
    let words: Vec<&str> = options.iter().map(String::as_str).collect();
    let mut command = project.command(&[&["apply", "dev", "--yes"], words.as_slice()].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");

    let begun = Instant::now();
    let is_pending = || project.run(&["rollout", "status", "dev"]).success().stdout.contains("1 pending");
    while !is_pending() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the rollout never began");
    }
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("an id")).expect("an id");
    kill_process(pid, Signal::INT).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert_said(&stderr, &["the rollout goes on at AWS", "`deploy rollout stop dev` stops it"]);

    // From one that hangs, and with the lock free again, the way back is the one that was named.
    let stopped = project.run(&["rollout", "stop", "dev", "--yes"]).success();
    assert_said(&stopped.stderr, &["stopped: what ran before", "`deploy apply dev` would roll it out again"]);
    assert!(project.run(&["rollout", "status", "dev"]).success().stdout.contains("in place"));
}
