//! Starting and ending the process of a plugin.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use deploy_plugin::manifest::Carrier;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::sync::oneshot;

use crate::trust::Image;

/// The variables that a plugin sees. None of them holds a secret, and none leads to one.
const VARIABLES: &[&str] = &[
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// How the child is started that carries a plugin.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program that calls [`crate::carry`].
    pub program: PathBuf,
    /// What makes it do so.
    pub arguments: Vec<OsString>,
    /// The folder that the plugin works in.
    pub folder: PathBuf,
}

/// The process of a plugin.
pub struct Process(Arc<Mutex<Option<Pid>>>);

/// The ends of its pipes, and the news of its end.
pub struct Pipes {
    pub input: OwnedFd,
    pub output: OwnedFd,
    pub errors: OwnedFd,
    pub ended: oneshot::Receiver<ExitStatus>,
}

impl Command {
    /// Starts the child, in a process group of its own.
    pub fn start(&self, carrier: Carrier, image: &Image) -> io::Result<(Process, Pipes)> {
        let mut child = image.start(|path| {
            let carrier = match carrier {
                Carrier::Library => "library",
                Carrier::Program => "program",
            };
            let mut command = std::process::Command::new(&self.program);
            command.args(&self.arguments).arg(carrier).arg(path).current_dir(&self.folder).env_clear();
            let passed = VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
            command.envs(passed).process_group(0);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
        })?;
        let pid = Pid::from_child(&child);
        let alive = Arc::new(Mutex::new(Some(pid)));
        let (news, ended) = oneshot::channel();
        let pipes = Pipes {
            input: child.stdin.take().expect("a pipe was asked for").into(),
            output: child.stdout.take().expect("a pipe was asked for").into(),
            errors: child.stderr.take().expect("a pipe was asked for").into(),
            ended,
        };
        let process = Process(Arc::clone(&alive));
        std::thread::Builder::new().name("plugin-end".to_owned()).spawn(move || {
            if let Some(status) = await_end(child, pid, &alive) {
                let _ = news.send(status);
            }
        })?;
        Ok((process, pipes))
    }
}

impl Process {
    /// Ends the process and every process of its group. One that is gone already is not touched: its number may be
    /// somebody else's by now.
    pub fn kill(&self) {
        let alive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pid) = *alive {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for the end without taking the process's number from it, ends what it has left behind in its group, and only
/// then lets the system forget it.
fn await_end(mut child: Child, pid: Pid, alive: &Mutex<Option<Pid>>) -> Option<ExitStatus> {
    while let Err(error) = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
        if error != rustix::io::Errno::INTR {
            break;
        }
    }
    let mut alive = alive.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = kill_process_group(pid, Signal::KILL);
    *alive = None;
    child.wait().ok()
}
