//! Prompts and progress on a real terminal: a pty, with a person's keys.

use rexpect::session::{PtySession, spawn_command};

use crate::endpoint::Endpoint;
use crate::project::Project;

pub fn terminal(project: &Project, arguments: &[&str]) -> PtySession {
    let mut command = project.command(arguments);
    command.env("TERM", "xterm-256color");
    spawn_command(command, Some(60_000)).expect("a terminal")
}

/// Everything to the end, and the exit code.
pub fn end(mut session: PtySession) -> (String, i32) {
    let rest = session.exp_eof().expect("the end");
    let status = format!("{:?}", session.process().wait().expect("a status"));
    let code = status.strip_suffix(')').and_then(|status| status.rsplit([' ', '(']).next()?.parse().ok());
    (rest, code.unwrap_or_else(|| panic!("{status}")))
}

fn is_untouched(project: &Project) -> bool {
    project.run(&["plan", "dev", "--format", "json"]).json()["counts"]["unchanged"] == 0
}

#[test]
fn no_changes_nothing_and_yes_changes_it() {
    let project = Project::embedded();
    let mut session = terminal(&project, &["apply", "dev"]);
    session.exp_string("Apply this plan to dev").expect("the question");
    session.send_line("n").expect("a key");
    assert_eq!(end(session).1, 5);
    assert!(is_untouched(&project));

    let mut session = terminal(&project, &["apply", "dev"]);
    session.exp_string("Apply this plan to dev").expect("the question");
    session.send_line("yes").expect("a key");
    let (screen, code) = end(session);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("network.vpc.main") || screen.contains("vpc"), "no progress: {screen}");
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}

#[test]
fn what_exists_goes_only_by_the_environments_name() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let mut session = terminal(&project, &["destroy", "dev"]);
    session.exp_string("Type dev").expect("the question");
    session.send_line("yes").expect("keys");
    assert_eq!(end(session).1, 5);
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);

    let mut session = terminal(&project, &["destroy", "dev"]);
    session.exp_string("Type dev").expect("the question");
    session.send_line("dev").expect("keys");
    let (screen, code) = end(session);
    assert_eq!(code, 0, "{screen}");
    assert!(is_untouched(&project));
}

#[test]
fn ctrl_c_at_a_prompt_leaves_the_cursor_as_it_was() {
    let project = Project::embedded();
    let mut session = terminal(&project, &["apply", "dev"]);
    session.exp_string("Apply this plan to dev").expect("the question");
    session.send_control('c').expect("a key");
    let (screen, code) = end(session);
    assert_eq!(code, 130, "{screen}");
    let (shown, hidden) = (screen.rfind("\x1b[?25h"), screen.rfind("\x1b[?25l"));
    assert!(shown.is_some() && shown > hidden, "the cursor stays hidden: {screen:?}");
    assert!(is_untouched(&project));
}

/// The lock is held while somebody reads the plan, however long that takes, and given back where they leave.
#[test]
fn a_prompt_that_stands_for_long_keeps_the_lock() {
    let endpoint = Endpoint::start();
    let [first, second] = [Project::behind(&endpoint), Project::behind(&endpoint)];
    let ask = || {
        let mut command = first.command(&["apply", "dev"]);
        command.env("TERM", "xterm-256color").env("DEPLOY_TEST_LEASE_MS", "1000");
        let mut session = spawn_command(command, Some(60_000)).expect("a terminal");
        session.exp_string("Apply this plan to dev").expect("the question");
        session
    };
    let mut session = ask();
    std::thread::sleep(std::time::Duration::from_millis(3500));
    assert_eq!(second.run(&["apply", "dev", "--yes"]).code, 4);
    session.send_control('c').expect("a key");
    assert_eq!(end(session).1, 130);
    let mut session = ask();
    session.send_line("y").expect("a key");
    let (screen, code) = end(session);
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("taking dev over"), "it was given back: {screen}");
}

#[test]
fn a_value_that_costs_more_is_asked_about() {
    let project = Project::embedded();
    std::fs::write(project.path().join("large.txt"), "v".repeat(4097)).expect("a file");
    let arguments = ["secrets", "set", "MY_PARAM_1", "--env", "dev", "--from-file", "large.txt"];
    let version = || project.run(&["secrets", "list", "dev", "--format", "json"]).json()[0]["version"].clone();
    let mut session = terminal(&project, &arguments);
    session.exp_string("Make it an advanced parameter?").expect("the question");
    session.send_line("n").expect("a key");
    assert_eq!(end(session).1, 5);
    assert!(version().is_null());
    let mut session = terminal(&project, &arguments);
    session.exp_string("Make it an advanced parameter?").expect("the question");
    session.send_line("y").expect("a key");
    assert_eq!(end(session).1, 0);
    let (screen, code) = end(terminal(&project, &[&arguments[..], &["--yes"]].concat()));
    assert_eq!(code, 0, "{screen}");
    assert_eq!(version(), 2);
}

/// What is typed at the hidden prompt, how it ends, and what it says. Nothing of it is shown, and nothing is set.
#[test]
fn a_hidden_prompt_that_gives_no_value_sets_none() {
    const CTRL_C: &str = "\u{3}";
    const CTRL_D: &str = "\u{4}";
    let long = "v".repeat(5000);
    let cases: [(&[&str], i32, &str); 5] = [
        (&["\n"], 3, "the value is empty"),
        (&[CTRL_D], 3, "the value is empty"),
        (&[CTRL_C], 130, ""),
        (&["hunter2\n", CTRL_C], 130, ""),
        (&["hunter2\n", "hunter3\n", "hunter2\n", "hunter3\n", "hunter2\n", "hunter3\n"], 3, "never the same"),
    ];
    let lines = [long.as_str(), "\n"].concat();
    let too_long: (&[&str], i32, &str) = (&[&lines], 3, "no more than 4095 bytes of a line");
    let project = Project::embedded();
    for (typed, expected, words) in cases.into_iter().chain([too_long]) {
        let mut session = terminal(&project, &["secrets", "set", "MY_PARAM_1", "--env", "dev"]);
        let mut seen = String::new();
        for keys in typed {
            seen += &session.exp_string(":").expect("the question");
            session.send(keys).expect("keys");
            session.flush().expect("sent");
        }
        let (screen, code) = end(session);
        seen += &screen;
        assert_eq!(code, expected, "{typed:?}: {seen}");
        assert!(seen.contains(words) && !seen.contains("hunter") && !seen.contains("vvv"), "{typed:?}: {seen}");
        let listed = project.run(&["secrets", "list", "dev", "--format", "json"]).success().json();
        assert!(listed[0]["version"].is_null(), "{typed:?}");
    }
}

#[test]
fn values_are_not_typed_where_they_are_seen() {
    let project = Project::embedded();
    let (screen, code) = end(terminal(&project, &["secrets", "import", "--env", "dev"]));
    assert_eq!(code, 3, "{screen}");
    assert!(screen.contains("a terminal would show what is typed"), "{screen}");
}

/// In production each change of a secret asks for the environment's name; `--yes` goes without, and so does a script that
/// sets a value.
#[test]
fn secrets_of_production_change_by_its_name_alone() {
    let project = Project::embedded();
    std::fs::write(project.path().join("one.env"), "MY_PARAM_2=two\n").expect("a file");
    std::fs::write(project.path().join("value"), "three").expect("a file");
    let set = |value: &str, environment: &str| {
        project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", environment], value).success();
    };
    set("one", "prod");
    set("two", "prod");
    set("of dev", "dev");
    let shipped = include_str!("../../../environments/prod.toml");
    project.write("prod.toml", shipped.replace("protect = true\n", ""));
    let versions = || project.run(&["secrets", "list", "prod", "--format", "json"]).success().json();
    let commands: [&[&str]; 5] = [
        &["secrets", "rollback", "MY_PARAM_1", "--env", "prod"],
        &["secrets", "copy", "MY_PARAM_1", "--from", "dev", "--to", "prod"],
        &["secrets", "import", "one.env", "--env", "prod"],
        &["secrets", "set", "MY_PARAM_1", "--env", "prod", "--from-file", "value"],
        &["secrets", "rm", "MY_PARAM_1", "--env", "prod"],
    ];
    for arguments in commands {
        let before = versions();
        if arguments[1] != "set" {
            let refused = project.run(arguments);
            assert!(refused.code == 5 && refused.stderr.contains("add `--yes`"), "{refused:?}");
        }
        for (typed, expected) in [("y", 5), ("dev", 5), ("", 5), ("prod", 0)] {
            let mut session = terminal(&project, arguments);
            session.exp_string("Type prod").expect("the question");
            session.send_line(typed).expect("keys");
            let (screen, code) = end(session);
            assert_eq!(code, expected, "{arguments:?}, `{typed}`: {screen}");
            assert_eq!(versions() == before, expected != 0, "{arguments:?}, `{typed}`");
        }
    }
    let (screen, code) = end(terminal(&project, &[commands[3], &["--yes"]].concat()));
    assert!(code == 0 && !screen.contains("Type prod"), "{screen}");
}
