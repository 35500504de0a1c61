//! A conversation with the plugin that no host stands in: frames to a process of its own, and whatever comes back.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use deploy_model::{Fault, FaultKind};
use deploy_plugin::wire::{
    Call, Credentials, Describe, Envelope, Failure, GetCredentials, Initialize, NEWEST_PROTOCOL, OLDEST_PROTOCOL, frame,
};
use serde_json::{Value, json};

use crate::subject::Subject;

/// How long an answer may take that needs no thought.
pub const SOON: Duration = Duration::from_secs(10);
/// How often it is looked whether a process has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A started plugin, and the conversation with it. It ends when this is dropped.
pub struct Probe {
    child: Child,
    input: Option<Sender<Vec<u8>>>,
    frames: Receiver<Came>,
    last: u64,
    /// What the plugin has asked the host for, by method.
    pub asked: Vec<String>,
    /// What is given to a plugin that asks for credentials.
    pub credentials: Option<Credentials>,
}

/// What came from the plugin: a message, or why it is none.
type Came = Result<Envelope, String>;

/// An answer, or the failure that stands in its place.
pub type Answered = Result<Value, Failure>;

/// Why there is no answer, for a sentence that begins with the plugin.
pub type Silence = String;

impl Probe {
    /// Starts the plugin.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(subject: &Subject) -> Result<Self, Silence> {
        let mut child = command(subject).spawn().map_err(|error| format!("cannot be started: {error}"))?;
        let mut stdin = child.stdin.take().expect("a pipe was asked for");
        let stdout = child.stdout.take().expect("a pipe was asked for");
        let stderr = child.stderr.take().expect("a pipe was asked for");
        let (input, outbox) = mpsc::channel::<Vec<u8>>();
        let (inbox, frames) = mpsc::channel();
        // A plugin that reads nothing must not hold whoever speaks to it.
        thread::spawn(move || {
            outbox.into_iter().try_for_each(|bytes| stdin.write_all(&bytes).and_then(|()| stdin.flush()))
        });
        thread::spawn(move || read(stdout, &inbox));
        thread::spawn(move || BufReader::new(stderr).split(b'\n').for_each(drop));
        Ok(Self { child, input: Some(input), frames, last: 0, asked: Vec::new(), credentials: None })
    }

    /// Starts the plugin, agrees on a version and has it describe itself.
    ///
    /// # Errors
    /// Where one of that fails.
    pub fn introduced(subject: &Subject) -> Result<(Self, Value), Silence> {
        let mut probe = Self::start(subject)?;
        probe.expect(&Initialize {
            oldest: OLDEST_PROTOCOL,
            newest: NEWEST_PROTOCOL,
            host: "conformance".to_owned(),
        })?;
        let description = probe.expect(&Describe { protocol: NEWEST_PROTOCOL })?;
        Ok((probe, description))
    }

    /// Asks, and wants a result.
    ///
    /// # Errors
    /// Where there is no answer, or a failure.
    pub fn expect<C: Call>(&mut self, call: &C) -> Result<Value, Silence> {
        let params = serde_json::to_value(call).expect("a message is plain data");
        self.ask(C::METHOD, params, SOON)?
            .map_err(|failure| format!("refuses `{}`: {} (code {})", C::METHOD, failure.message, failure.code))
    }

    /// Asks, and waits for `limit`.
    ///
    /// # Errors
    /// Where there is no answer.
    pub fn ask(&mut self, method: &str, params: Value, limit: Duration) -> Result<Answered, Silence> {
        let id = self.send(method, params);
        self.answer(id, method, limit)
    }

    /// Sends a request, and gives its number.
    pub fn send(&mut self, method: &str, params: Value) -> u64 {
        self.last += 1;
        self.message(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
        self.last
    }

    /// Waits for the answer to a request.
    ///
    /// # Errors
    /// Where there is none.
    pub fn answer(&mut self, id: u64, method: &str, limit: Duration) -> Result<Answered, Silence> {
        let end = Instant::now() + limit;
        loop {
            let envelope = match self.frames.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Ok(envelope)) => envelope,
                Ok(Err(why)) => return Err(format!("sends what is no message: {why}")),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("gives no answer to `{method}` within {} s", limit.as_secs_f32()));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("{} instead of answering `{method}`", self.end_words()));
                }
            };
            match (envelope.id, envelope.method.as_deref()) {
                (Some(number), Some(_)) => self.reply(number, &envelope),
                (Some(number), None) if number == id => return answered(&envelope, method),
                _ => {}
            }
        }
    }

    /// Sends a message.
    pub fn message(&mut self, message: &Value) {
        self.body(message.to_string().as_bytes());
    }

    /// Sends a frame with this body, whatever it is.
    pub fn body(&mut self, body: &[u8]) {
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        self.bytes([&length.to_le_bytes(), body].concat());
    }

    /// Sends bytes, whatever they are.
    pub fn bytes(&mut self, bytes: Vec<u8>) {
        if let Some(input) = &self.input {
            // Where nobody takes them any more, the end of the process says more.
            let _ = input.send(bytes);
        }
    }

    /// Says no more: the host is gone.
    pub fn leave(&mut self) {
        self.input = None;
    }

    /// How the process has ended, if it does so in time.
    pub fn ending(&mut self, limit: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + limit;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < end => thread::sleep(GLANCE),
                _ => return None,
            }
        }
    }

    fn end_words(&mut self) -> String {
        match self.ending(Duration::from_millis(500)) {
            Some(status) => format!("ended ({status})"),
            None => "closed its output".to_owned(),
        }
    }

    /// Answers what the plugin asks: credentials where there are some to give, nothing else.
    fn reply(&mut self, id: u64, request: &Envelope) {
        let method = request.method.clone().unwrap_or_default();
        let answer = match &self.credentials {
            Some(credentials) if method == GetCredentials::METHOD => Envelope::answer(id, Ok(credentials)),
            _ => {
                let fault = Fault::new(FaultKind::Denied, format!("`{method}` is not to be had here"));
                Envelope::answer::<()>(id, Err(Failure::of(fault)))
            }
        };
        self.asked.push(method);
        self.body(&answer.bytes());
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(subject: &Subject) -> Command {
    let mut command = Command::new(&subject.command.program);
    command.args(&subject.command.arguments).arg(subject.manifest.carrier().word()).arg(&subject.artefact);
    command.current_dir(&subject.command.folder).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn read(mut stdout: ChildStdout, inbox: &Sender<Came>) {
    while let Ok(body) = frame::read(&mut stdout) {
        let came: Came = Envelope::parse(&body).map_err(|malformed| malformed.to_string());
        if inbox.send(came).is_err() {
            return;
        }
    }
}

fn answered(envelope: &Envelope, method: &str) -> Result<Answered, Silence> {
    match (&envelope.error, &envelope.result) {
        (Some(failure), _) => Ok(Err(failure.clone())),
        (None, Some(_)) => {
            envelope.result().map(Ok).map_err(|error| format!("answers `{method}` with what is {error}"))
        }
        (None, None) => Err(format!("answers `{method}` with neither a result nor an error")),
    }
}
