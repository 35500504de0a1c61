//! The place of the search: a project and a folder for what is temporary, and commands whose every trace is looked at.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use tempfile::TempDir;

use super::processes::Watch;
use super::search::Search;
use crate::project::{Outcome, Project};

/// Where a value may be seen, because the user asked for exactly that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Nowhere,
    /// `--reveal`, `export`: and it must be there.
    OnStandardOutput,
    /// `exec`: in the variables of what it runs, in this process's place.
    InVariables,
    /// It was typed as an argument.
    InArguments,
}

pub struct Stage<'a> {
    pub project: Project,
    pub search: &'a Search,
    temporary: TempDir,
    /// What was run, for the test that nothing is left out.
    pub ran: Mutex<Vec<String>>,
}

impl<'a> Stage<'a> {
    pub fn new(search: &'a Search) -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        Self { project: Project::embedded(), search, temporary, ran: Mutex::default() }
    }

    /// A command at its most talkative.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let end = arguments.iter().position(|argument| *argument == "--").unwrap_or(arguments.len());
        let mut command = self.project.command(&arguments[..end]);
        command.arg("--verbose").args(&arguments[end..]);
        for level in ["RUST_LOG", "AWS_LOG", "DEPLOY_LOG", "AWS_LC_LOG"] {
            command.env(level, "trace");
        }
        command
            .env("RUST_BACKTRACE", "full")
            .env("TMPDIR", self.temporary.path())
            .env("AWS_EC2_METADATA_DISABLED", "true");
        self.ran.lock().expect("no test panicked").push(arguments.join(" "));
        command
    }

    /// Runs a command and looks at it.
    pub fn go(&self, arguments: &[&str], input: &str) -> Outcome {
        self.look_at(self.command(arguments), input, Shown::Nowhere)
    }

    /// Runs a command that was prepared, and looks at what came out and at its processes.
    pub fn look_at(&self, mut command: Command, input: &str, shown: Shown) -> Outcome {
        let name = format!("{:?}", command.get_args().map(OsString::from).collect::<Vec<_>>());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let watch = Watch::start(child.id());
        // A program that needs no input may be gone before it is written.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        let process = child.id();
        let output = child.wait_with_output().expect("the program ends");
        self.look_at_processes(&name, process, watch, shown);
        self.search.look(&format!("the standard error of {name}"), &output.stderr);
        let found = self.search.find(&output.stdout);
        match shown {
            Shown::OnStandardOutput => assert!(found.is_some(), "{name} shows no value, or the search is blind"),
            _ => self.search.look(&format!("the standard output of {name}"), &output.stdout),
        }
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn look_at_processes(&self, name: &str, process: u32, watch: Watch, shown: Shown) {
        for seen in watch.end() {
            let own = seen.process == process;
            match (seen.part, shown) {
                ("environ", Shown::InVariables) | ("cmdline", Shown::InArguments) if own => {}
                (part, _) => self.search.look(&format!("the {part} of a process of {name}"), &seen.bytes),
            }
        }
    }

    /// A command that goes on beside others. What it says and its processes are looked at when it is ended.
    pub fn start(&self, arguments: &[&str]) -> (Child, Watch) {
        let mut command = self.command(arguments);
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let watch = Watch::start(child.id());
        (child, watch)
    }

    /// The embedded AWS is the one place that keeps values.
    pub fn world(&self) -> PathBuf {
        self.project.local_folder().join("world.json")
    }

    /// Every file of the project but that one, and all that is temporary.
    pub fn look_at_files(&self) {
        let world = self.world();
        let bytes = std::fs::read(&world).expect("the embedded AWS's file");
        assert!(self.search.find(&bytes).is_some(), "no value was set, or the search is blind");
        for (folder, except) in [(self.project.path(), Some(world.as_path())), (self.temporary.path(), None)] {
            if let Some(found) = self.search.find_below(folder, except) {
                panic!("a value is kept: {found}");
            }
        }
    }
}

#[test]
fn a_value_is_seen_wherever_it_is_left() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let value = super::search::canary(0);
    let search = Search::of([&value]);
    let stage = Stage::new(&search);
    let runs = |script: &str| {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).current_dir(stage.project.path()).env("TMPDIR", stage.temporary.path());
        stage.look_at(command, &format!("{value}\n"), Shown::Nowhere);
    };
    let is_seen = |script: &str| catch_unwind(AssertUnwindSafe(|| runs(script))).is_err();
    assert!(!is_seen("read -r value"));
    for script in [
        "cat",
        "cat >&2",
        "base64 -w 0",
        "read -r value; /bin/sh -c 'head -c 100000000 </dev/zero >/dev/null; :' \"$value\"; :",
        "read -r value; VALUE=\"$value\" /bin/sh -c 'head -c 100000000 </dev/zero >/dev/null; :'; :",
    ] {
        assert!(is_seen(script), "{script}");
    }
    let files_are_clean = || catch_unwind(AssertUnwindSafe(|| stage.look_at_files())).is_ok();
    std::fs::create_dir_all(stage.project.local_folder()).expect("a folder");
    runs("cat >.deploy/local/world.json");
    assert!(files_are_clean());
    for file in [".deploy/local/world.json.bak", ".deploy/locks", "$TMPDIR/x"] {
        runs(&format!("cat >{file}"));
        assert!(!files_are_clean(), "{file}");
        runs(&format!("rm {file}"));
        assert!(files_are_clean(), "{file}");
    }
    runs(": >.deploy/local/world.json");
    assert!(!files_are_clean(), "where no value was set, nothing is proved");
}
