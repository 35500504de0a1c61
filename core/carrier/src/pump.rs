//! Frames between the pipes of this process and the library that it has loaded.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use deploy_model::Fault;
use deploy_plugin::wire::{Call, Envelope, Failure, Initialize, frame};

use crate::library::{Library, Output};

/// How long a library may take to end.
const FAREWELL: Duration = Duration::from_millis(300);

/// Loads a library and carries its frames until nobody sends any.
pub fn carry(path: &Path) -> ExitCode {
    let (mut input, output) = match take_pipes() {
        Ok(pipes) => pipes,
        Err(_) => return ExitCode::FAILURE,
    };
    let output = Output::new(output);
    // Until the first word comes the file is not to be looked at: it is being written.
    let Ok(first) = frame::read(&mut input) else { return ExitCode::FAILURE };
    let library = match Library::open(path, output.clone()) {
        Ok(library) => library,
        Err(reason) => return refuse_on(&first, &output, &reason),
    };
    let (inbox, frames) = mpsc::channel::<Vec<u8>>();
    let _ = inbox.send(first);
    let (ended, end) = mpsc::channel::<()>();
    // A library that never comes back from a frame must not keep this process from hearing that the host is gone.
    let delivering = thread::Builder::new().name("deliver".to_owned()).spawn(move || {
        // Whoever takes no more frames while the host sends some has broken, and whoever waits shall know it now.
        let refused = frames.into_iter().any(|frame| !library.deliver(&frame));
        library.close();
        if refused {
            std::process::exit(1);
        }
        let _ = ended.send(());
    });
    if delivering.is_err() {
        return ExitCode::FAILURE;
    }
    while let Ok(body) = frame::read(&mut input) {
        if inbox.send(body).is_err() {
            break;
        }
    }
    drop(inbox);
    let _ = end.recv_timeout(FAREWELL);
    // Not a return: what the library left running must not hold the process.
    std::process::exit(0)
}

/// Answers the first message with the reason why there is no plugin.
pub fn refuse(reason: &str) -> ExitCode {
    match take_pipes() {
        Ok((mut input, output)) => match frame::read(&mut input) {
            Ok(first) => refuse_on(&first, &Output::new(output), reason),
            Err(_) => ExitCode::FAILURE,
        },
        Err(_) => ExitCode::FAILURE,
    }
}

fn refuse_on(first: &[u8], output: &Output, reason: &str) -> ExitCode {
    if let Ok(Envelope { id: Some(id), method: Some(method), .. }) = Envelope::parse(first)
        && method == Initialize::METHOD
    {
        let failure = Failure::of(Fault::internal(reason));
        output.send(&Envelope::answer::<()>(id, Err(failure)).bytes());
    }
    ExitCode::FAILURE
}

/// Takes the pipes away from standard input and output, so that nothing that a library prints gets among the frames:
/// what it reads is empty, and what it prints goes to standard error.
fn take_pipes() -> io::Result<(File, File)> {
    use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};
    let taken = |fd: io::Result<OwnedFd>| fd.map(File::from);
    let input = taken(rustix::io::fcntl_dupfd_cloexec(stdin(), 3).map_err(Into::into))?;
    let output = taken(rustix::io::fcntl_dupfd_cloexec(stdout(), 3).map_err(Into::into))?;
    dup2_stdin(&File::open("/dev/null")?)?;
    dup2_stdout(stderr())?;
    Ok((input, output))
}
