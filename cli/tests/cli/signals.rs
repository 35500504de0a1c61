//! What ends a run from outside: signals, a terminal that is closed, a reader that goes away. Real processes, terminals and
//! signals.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rexpect::session::spawn_command;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::locks::{Running, apply, assert_whole, until};
use crate::project::{Outcome, Project};
use crate::terminal::end;

/// How long an answer takes, so that a run is under way for a while.
const DELAY: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_secs(60);

fn last_release(project: &Project) -> Value {
    project.run(&["history", "dev", "--format", "json"]).success().json()[0].clone()
}

fn assert_recorded_as_interrupted(project: &Project) {
    let last = last_release(project);
    assert_eq!(last["ending"], "interrupted", "{last}");
    assert!(last["count"]["skipped"].as_u64().is_some_and(|skipped| skipped > 0), "{last}");
}

fn wait_for(file: &Path) -> String {
    let begun = Instant::now();
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => assert!(begun.elapsed() < PATIENCE, "no `{}`", file.display()),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What makes a program hear of hang-ups whose own starter ignores them.
const HEARING: &[&str] = &["env", "--default-signal=HUP"];

/// The same command, started by another program that takes its place.
fn by(starter: &[&str], prepared: &Command) -> Command {
    let mut command = Command::new(starter[0]);
    command.args(&starter[1..]).arg(prepared.get_program()).args(prepared.get_args()).env_clear();
    command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(prepared.get_current_dir().expect("the project's folder"));
    command
}

#[test]
fn a_hang_up_stops_a_run_in_order_however_often_it_is_said() {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let project = Project::behind(&endpoint);
    let running = Running::start(by(HEARING, &apply(&project, 60_000, &[])));
    until(&endpoint, "CreateVpc");
    running.signal(Signal::HUP);
    running.signal(Signal::HUP);
    let outcome = running.end();
    assert_eq!(outcome.code, 129, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("what is running is finished"), "{}", outcome.stderr);
    assert_recorded_as_interrupted(&project);
    endpoint.answer_after(Duration::ZERO);
    let again = project.run(&["apply", "dev", "--yes"]).success();
    assert!(!again.stderr.contains("taking dev over"), "the lock was given back: {}", again.stderr);
    assert_whole(&project);
}

#[test]
fn a_signal_of_another_kind_after_the_first_leaves_at_once() {
    for (first, second, code) in
        [(Signal::HUP, Signal::TERM, 143), (Signal::TERM, Signal::HUP, 129), (Signal::HUP, Signal::INT, 130)]
    {
        let endpoint = Endpoint::start();
        let project = Project::behind(&endpoint);
        let mut command = by(HEARING, &apply(&project, 60_000, &[]));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        endpoint.answer_after(Duration::from_millis(300));
        let mut child = command.spawn().expect("the program starts");
        until(&endpoint, "CreateVpc");
        let pid = Pid::from_child(&child);
        kill_process(pid, first).expect("it runs");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let mut said = lines.map(|line| line.expect("text"));
        assert!(said.any(|line| line.contains("stopping")), "nothing was said of {first:?}");
        kill_process(pid, second).expect("it runs");
        assert!(!said.any(|line| line.contains("steps done")), "{second:?} was waited for");
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{first:?}, {second:?}");
    }
}

#[test]
fn a_hang_up_that_nohup_has_ignored_is_ignored() {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let project = Project::behind(&endpoint);
    let running = Running::start(by(&["nohup"], &apply(&project, 60_000, &[])));
    until(&endpoint, "CreateVpc");
    running.signal(Signal::HUP);
    running.end().success();
    assert_whole(&project);
}

/// A terminal in which a command line runs; what is typed comes from a pipe. The program `script` is the terminal's other
/// end: where it is killed, the terminal is gone.
fn window(project: &Project, line: &str) -> Child {
    let prepared = project.command(&[]);
    let mut command = Command::new(HEARING[0]);
    command
        .args(&HEARING[1..])
        .args(["script", "--quiet", "--flush", "--command", line, "/dev/null"])
        .current_dir(project.path())
        .env_clear();
    command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("TERM", "xterm-256color").env("SHELL", "/bin/sh").env("DEPLOY", env!("CARGO_BIN_EXE_deploy"));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a terminal")
}

fn close(mut window: Child) {
    window.kill().expect("it is there");
    window.wait().expect("it has ended");
}

/// Without a shell the run itself is told. A shell that somebody types into passes the hang-up on, and when it has ended the
/// kernel sends another one.
#[test]
fn a_run_whose_terminal_is_closed_stops_in_order() {
    for (line, keys) in [
        (r#"exec "$DEPLOY" apply dev --yes"#, ""),
        ("exec bash --norc --noprofile -i", "\"$DEPLOY\" apply dev --yes\n"),
    ] {
        let endpoint = Endpoint::start();
        endpoint.answer_after(DELAY);
        let project = Project::behind(&endpoint);
        let mut window = window(&project, line);
        let mut keyboard = window.stdin.take().expect("a pipe");
        keyboard.write_all(keys.as_bytes()).expect("keys");
        until(&endpoint, "CreateVpc");
        close(window);
        let begun = Instant::now();
        while last_release(&project).is_null() {
            assert!(begun.elapsed() < PATIENCE, "{line}: the run was not recorded");
        }
        assert_recorded_as_interrupted(&project);
    }
}

#[test]
fn a_run_that_ignores_hang_ups_goes_on_without_its_terminal() {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let project = Project::behind(&endpoint);
    let window = window(&project, r#"trap '' HUP; "$DEPLOY" apply dev --yes; echo $? >code"#);
    until(&endpoint, "CreateVpc");
    close(window);
    assert_eq!(wait_for(&project.path().join("code")), "0");
    assert_eq!(last_release(&project)["ending"], "done");
    assert_whole(&project);
}

/// What is printed when the terminal is gone already is data that nobody reads, and no panic.
#[test]
fn data_for_a_terminal_that_is_gone_is_no_failure() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    project.run(&["apply", "dev", "--yes"]).success();
    for words in ["plan dev", "status dev", "history dev"] {
        let code = project.path().join("code");
        let line = format!(r#"trap '' HUP; "$DEPLOY" {words} 2>err; echo $? >code"#);
        endpoint.answer_after(Duration::from_millis(200));
        let window = window(&project, &line);
        while endpoint.calls().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        close(window);
        let said = (wait_for(&code), std::fs::read_to_string(project.path().join("err")).expect("a file"));
        assert!(said.0 == "0" && !said.1.contains("panicked") && !said.1.contains("error"), "{words}: {said:?}");
        std::fs::remove_file(code).expect("it is there");
    }
}

/// The program with a standard output that nobody reads from, or nobody any more after the first line with these words.
fn unread(project: &Project, arguments: &[&str], last: Option<&str>) -> Outcome {
    let mut command = project.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let reader = BufReader::new(child.stdout.take().expect("a pipe"));
    if let Some(words) = last {
        reader.lines().find(|line| line.as_ref().is_ok_and(|line| line.contains(words)));
    } else {
        drop(reader);
    }
    let output = child.wait_with_output().expect("the program ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
    Outcome { code: output.status.code().unwrap_or(-1), stdout: String::new(), stderr }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let more = "ecs.services.ecs_service.desired_count=2";
    for last in [None, Some("")] {
        for (arguments, code) in [
            (&["plan", "dev"][..], 0),
            (&["plan", "dev", "--format", "json"], 0),
            (&["plan", "dev", "--set", more, "--detailed-exitcode"], 2),
            (&["plan", "dev", "--detailed-exitcode"], 0),
            (&["status", "dev"], 0),
            (&["history", "dev"], 0),
            (&["history", "dev", "--format", "json"], 0),
            (&["secrets", "list", "dev"], 0),
            (&["apply", "dev", "--yes"], 0),
        ] {
            let outcome = unread(&project, arguments, last);
            assert_eq!(outcome.code, code, "{arguments:?}, {last:?}: {}", outcome.stderr);
        }
    }
    unread(&project, &["plan", "dev", "--set", more, "-o", "dev.plan"], None);
    assert!(project.path().join("dev.plan").exists(), "the plan was to be saved");
    // A plan that nobody has read is not carried out; a run whose events nobody reads any more is.
    let refused = unread(&project, &["apply", "dev", "--yes", "--set", more], None);
    assert!(refused.code == 5 && refused.stderr.contains("before the plan was read"), "{refused:?}");
    let done = unread(&project, &["apply", "dev", "--yes", "--format", "json", "--set", more], Some("planned"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode", "--set", more]).code, 0);
}

#[test]
fn messages_that_nobody_reads_stop_no_run() {
    let project = Project::embedded();
    let mut command = project.command(&["apply", "dev", "--yes"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    drop(child.stderr.take());
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), Some(0));
    assert_whole(&project);
}

/// What the terminal is set to before and after a command that Ctrl-C ends, and all that was on the screen.
#[test]
fn ctrl_c_leaves_the_terminal_as_it_was() {
    let project = Project::embedded();
    let slow = || project.run(&["local", "configure", "latency=300ms"]).success();
    for (words, prepare, until) in [
        ("apply dev", false, "Apply this plan to dev"),
        ("secrets set MY_PARAM_1 --env dev", false, "not shown"),
        ("apply dev --yes", true, "creating"),
    ] {
        if prepare {
            slow();
        }
        let line = format!(r#"trap : INT; stty -g; {} {words}; echo "code $?"; stty -g"#, env!("CARGO_BIN_EXE_deploy"));
        let prepared = project.command(&[]);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &line]).current_dir(project.path()).env_clear().env("TERM", "xterm-256color");
        command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut session = spawn_command(command, Some(60_000)).expect("a terminal");
        let before = session.read_line().expect("the settings");
        session.exp_string(until).expect("it has begun");
        session.send_control('c').expect("a key");
        let (screen, _) = end(session);
        assert!(screen.contains("code 130"), "{words}: {screen:?}");
        let after = screen.lines().last().unwrap_or_default();
        assert_eq!(after.trim(), before.trim(), "{words}: {screen:?}");
        let (shown, hidden) = (screen.rfind("\x1b[?25h"), screen.rfind("\x1b[?25l"));
        assert!(shown >= hidden, "{words}: the cursor stays hidden: {screen:?}");
    }
    assert_recorded_as_interrupted(&project);
}
