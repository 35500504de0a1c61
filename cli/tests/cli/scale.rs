//! A thousand resources in one environment, on an AWS that throttles: everything comes to its end, in little memory.

use std::fmt::Write;
use std::process::Stdio;
use std::time::Duration;

use crate::project::{Outcome, Project};

/// Parameters, security groups, roles and log groups that the environment has besides the shipped ones.
const PARAMETERS: usize = 500;
const GROUPS: usize = 250;
const ROLES: usize = 250;

/// The most memory that a run may have used, in KiB. A debug build needs more than a release.
const MOST_MEMORY: u64 = 512 * 1024;

fn environment() -> String {
    let mut text = "[secrets.parameters]\nMY_PARAM_1.generate = 32\nMY_PARAM_2.generate = 32\n".to_owned();
    for number in 0..PARAMETERS {
        let _ = writeln!(text, "P{number}.generate = 16");
    }
    for number in 0..GROUPS {
        let _ = writeln!(text, "[security.groups.g{number}]\ndescription = \"group {number}\"");
    }
    for number in 0..ROLES {
        let _ = writeln!(text, "[iam.roles.r{number}]\ndescription = \"role {number}\"");
    }
    text
}

/// Runs the program to its end, and tells the most memory that it has used, in KiB.
fn measured(project: &Project, arguments: &[&str]) -> (Outcome, u64) {
    let mut command = project.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut most = 0;
        // A process that has ended, and waits to be waited for, has no memory any more.
        while let Some(now) = peak(&status) {
            most = now.max(most);
            std::thread::sleep(Duration::from_millis(20));
        }
        most
    });
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    let outcome = Outcome { code, stdout: text(&output.stdout), stderr: text(&output.stderr) };
    (outcome.success(), watch.join().expect("it only reads"))
}

fn peak(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what one wants to see")]
fn a_thousand_resources() {
    let project = Project::embedded();
    project.write("large.toml", environment());
    let throttled = ["read_rate=200", "read_burst=400", "write_rate=100", "write_burst=100"];
    project.run(&[&["local", "configure"], &throttled[..]].concat()).success();
    for arguments in [
        &["plan", "large"][..],
        &["apply", "large", "--yes"],
        &["plan", "large", "--detailed-exitcode"],
        &["destroy", "large", "--yes", "--allow-destroy"],
    ] {
        let begun = std::time::Instant::now();
        let (_, most) = measured(&project, arguments);
        println!("{}: {:.1} s, {} MiB", arguments[0], begun.elapsed().as_secs_f32(), most / 1024);
        assert!(most < MOST_MEMORY, "{arguments:?} has used {most} KiB");
    }
}
