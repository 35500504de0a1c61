//! The program leaves no core dump, and what `secrets exec` runs has the user's own limit.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};

use crate::project::Project;

/// The soft and the hard limit of core files, as `/proc/PID/limits` writes them.
fn limits(text: &str) -> [String; 2] {
    let line = text.lines().find(|line| line.starts_with("Max core file size")).expect("a limit of core files");
    let columns: Vec<&str> = line.split_whitespace().skip(4).take(2).collect();
    [columns[0].to_owned(), columns[1].to_owned()]
}

fn limits_of(process: &str) -> [String; 2] {
    limits(&std::fs::read_to_string(format!("/proc/{process}/limits")).expect("the limits"))
}

/// Runs a command where the soft limit is one block, of 512 or 1,024 bytes; none where core files are forbidden here.
fn limited(command: &Command) -> Option<Command> {
    if getrlimit(Resource::Core).maximum == Some(0) {
        return None;
    }
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "ulimit -S -c 1 && exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    shell.current_dir(command.get_current_dir().expect("a folder")).env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(shell)
}

/// Starts a command that goes on until it is ended, when it has said its first line.
fn started(mut command: Command) -> Child {
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(process.stdout.as_mut().expect("a pipe")).read_line(&mut line).expect("a line");
    process
}

/// Ends a process by a signal that asks for a core dump. Says whether there was one.
fn dumps(mut process: Child) -> bool {
    let pid = Pid::from_child(&process);
    let maximum = getrlimit(Resource::Core).maximum;
    prlimit(Some(pid), Resource::Core, Rlimit { current: maximum, maximum }).expect("the limit is raised");
    kill_process(pid, Signal::ABORT).expect("it runs");
    process.wait().expect("it ends").core_dumped()
}

fn serve(project: &Project) -> Command {
    project.command(&["local", "serve", "--port", "0"])
}

#[test]
fn the_limit_is_nothing_and_the_hard_one_stays() {
    let project = Project::embedded();
    let mut process = started(limited(&serve(&project)).unwrap_or_else(|| serve(&project)));
    let [soft, hard] = limits_of(&process.id().to_string());
    process.kill().expect("it runs");
    process.wait().expect("it ends");
    assert_eq!(soft, "0");
    assert_eq!(hard, limits_of("self")[1], "`exec` could give nothing back");
}

/// A handler to which dumps are piped knows no limit.
#[test]
fn there_is_no_core_dump_whatever_the_limit() {
    let project = Project::embedded();
    let mut other = Command::new("/bin/sh");
    other.args(["-c", "echo here; read line"]).current_dir(project.path());
    // Where nothing leaves one, there is nothing to see.
    if dumps(started(other)) {
        assert!(!dumps(started(serve(&project))), "the memory of the program was written down");
    }
}

#[test]
fn what_exec_runs_has_the_users_own_limit() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let command = project.command(&["secrets", "exec", "--env", "dev", "--", "/bin/cat", "/proc/self/limits"]);
    let Some(command) = limited(&command) else { return };
    let [soft, hard] = limits(&Project::finish(command, b"").success().stdout);
    assert!(["512", "1024"].contains(&soft.as_str()), "{soft}");
    assert_eq!(hard, limits_of("self")[1]);
    // And it can be debugged like any other.
    let mut command =
        project.command(&["secrets", "exec", "--env", "dev", "--", "/bin/sh", "-c", "echo here; read line"]);
    let mut other = Command::new("/bin/sh");
    command.stderr(Stdio::null());
    other.args(["-c", "echo here; read line"]).current_dir(project.path());
    assert_eq!(dumps(started(command)), dumps(started(other)));
}
