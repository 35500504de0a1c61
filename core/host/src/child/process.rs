//! Starting and ending the process of a plugin.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use deploy_plugin::manifest::Carrier;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use tokio::sync::oneshot;

use crate::leftovers;
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
    /// The program that carries it.
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
        let alive = Arc::<Mutex<Option<Pid>>>::default();
        let (news, ended) = oneshot::channel();
        // There is somebody to await the end before there is anything that can end.
        let (hand_over, handed) = mpsc::channel::<Child>();
        let watched = Arc::clone(&alive);
        std::thread::Builder::new().name("plugin-end".to_owned()).spawn(move || {
            if let Ok(child) = handed.recv()
                && let Some(status) = await_end(child, &watched)
            {
                let _ = news.send(status);
            }
        })?;
        let mut child = image.start(|path| self.spawn(carrier, &path))?;
        let pid = Pid::from_child(&child);
        *alive.lock().unwrap_or_else(PoisonError::into_inner) = Some(pid);
        leftovers::remember_group(pid);
        let pipes = Pipes {
            input: child.stdin.take().expect("a pipe was asked for").into(),
            output: child.stdout.take().expect("a pipe was asked for").into(),
            errors: child.stderr.take().expect("a pipe was asked for").into(),
            ended,
        };
        let _ = hand_over.send(child);
        Ok((Process(alive), pipes))
    }

    fn spawn(&self, carrier: Carrier, path: &Path) -> io::Result<Child> {
        let mut command = std::process::Command::new(&self.program);
        command.args(&self.arguments).arg(carrier.word()).arg(path).current_dir(&self.folder).env_clear();
        let passed = VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.envs(passed).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

impl Process {
    /// Ends the process and every process of its group. One that is gone already is not touched: its number may be
    /// somebody else's by now.
    pub fn kill(&self) {
        let alive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pid) = *alive {
            kill(pid);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The process is named beside its group, which it may have left.
fn kill(pid: Pid) {
    let _ = kill_process_group(pid, Signal::KILL);
    let _ = kill_process(pid, Signal::KILL);
}

/// Waits for the end without taking the process's number from it, ends what it has left behind in its group, and only
/// then lets the system forget it.
fn await_end(mut child: Child, alive: &Mutex<Option<Pid>>) -> Option<ExitStatus> {
    let pid = Pid::from_child(&child);
    let ended = loop {
        match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Err(rustix::io::Errno::INTR) => {}
            ended => break ended,
        }
    };
    let mut alive = alive.lock().unwrap_or_else(PoisonError::into_inner);
    if ended.is_ok() {
        kill(pid);
    }
    *alive = None;
    leftovers::forget_group(pid);
    child.wait().ok()
}
