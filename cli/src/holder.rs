//! Who holds a lock, as this machine knows it: this run, and whether another one of this machine is still there.

use std::fs;

use deploy_ledger::{Holder, Process};
use rustix::io::Errno;
use rustix::process::{Pid, getuid, test_kill_process};

use crate::error::CommandError;
use crate::random;

/// This run.
///
/// # Errors
/// Where the system has no random numbers.
pub fn this_run(doing: String) -> Result<Holder, CommandError> {
    let id = random::name().map_err(CommandError::io("the system has no random numbers"))?;
    let pid = std::process::id();
    let process = machine().zip(started(pid)).map(|(machine, started)| Process { machine, started });
    Ok(Holder { id, user: user(), host: host(), pid, doing, process })
}

/// Whether a holder was a process of this machine that is there no longer. Where that is not certain, it is not.
pub fn is_gone(holder: &Holder) -> bool {
    let Some(process) = holder.process.as_ref().filter(|_| holder.host == host()) else { return false };
    if machine().as_ref() != Some(&process.machine) {
        return false;
    }
    match started(holder.pid) {
        Some(started) => started != process.started,
        // What belongs to others can be hidden from us.
        None => !exists(holder.pid),
    }
}

fn exists(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_none_or(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

fn user() -> String {
    let mut names = ["USER", "LOGNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.find(|name| !name.is_empty()).unwrap_or_else(|| format!("uid-{}", getuid().as_raw()))
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// This start of this machine, and the namespace in which its processes have their numbers. Only Linux says.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// When a process was started, in ticks since the machine was; 0 for one that has ended and only waits to be asked how.
///
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the name of the program, in which anything may stand.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let started = fields.nth(18)?.parse().ok()?;
    Some(if matches!(state, "Z" | "X") { 0 } else { started })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn only_who_is_certainly_gone_is_gone() {
        let this = this_run("deploy apply dev".to_owned()).expect("a holder");
        assert!(!is_gone(&this));
        let Some(process) = this.process.clone() else { return };
        let other = |pid: u32, process: Process| Holder { pid, process: Some(process), ..this.clone() };
        assert!(is_gone(&other(this.pid, Process { started: process.started + 1, ..process.clone() })));
        assert!(is_gone(&other(u32::from(u16::MAX) * 1000, process.clone())), "no process has such a number");
        let elsewhere = Process { machine: "another".to_owned(), started: 1 };
        assert!(!is_gone(&other(this.pid, elsewhere)));
        assert!(!is_gone(&Holder { host: "another".to_owned(), ..other(1, Process { started: 1, ..process }) }));
        assert!(!is_gone(&Holder { process: None, ..this }));
    }

    #[test]
    fn who_was_killed_is_gone_before_anybody_has_asked_how_it_ended() {
        let Some(machine) = machine() else { return };
        let mut child = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().expect("it starts");
        let started = started(child.id()).expect("it is there");
        let this = this_run(String::new()).expect("a holder");
        let holder = Holder { pid: child.id(), process: Some(Process { machine, started }), ..this };
        assert!(!is_gone(&holder));
        child.kill().expect("it is killed");
        while !is_gone(&holder) {
            std::thread::yield_now();
        }
        child.wait().expect("it has ended");
        assert!(is_gone(&holder));
    }
}
