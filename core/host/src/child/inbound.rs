//! What goes over the pipes of one conversation, in both directions.

use std::sync::Arc;
use std::time::Duration;

use deploy_model::{Fault, FaultKind};
use deploy_plugin::Said;
use deploy_plugin::wire::frame::{self, FrameError};
use deploy_plugin::wire::{
    Call, Checkpoint, Envelope, Failure, GetCredentials, GetSecret, Level, Log, Notice, Progress, SecretValue,
};
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

use super::ending::Ending;
use super::process::Process;
use super::reader::{read_frame, read_lines};
use super::shared::{Outgoing, Shared};
use crate::services::Services;

/// How long a process may live on after it has closed one of its pipes: whoever ends closes them first.
const LINGERING: Duration = Duration::from_millis(500);

/// Writes frames until there is nobody who sends any, or nobody who reads them.
pub async fn write(
    shared: Arc<Shared>,
    process: Arc<Process>,
    mut input: pipe::Sender,
    mut frames: mpsc::UnboundedReceiver<Outgoing>,
) {
    while let Some(Outgoing { body, .. }) = frames.recv().await {
        // Requests are measured before they get here, and no answer is that large.
        let Ok(header) = frame::header(body.len()) else { continue };
        let message = [&header[..], &body].concat();
        if input.write_all(&message).await.is_err() {
            return end_if_it_stays(&shared, &process, Ending::Deaf).await;
        }
    }
}

/// Ends a process that has closed a pipe and goes on without it. Where it has ended, its own end says more.
async fn end_if_it_stays(shared: &Shared, process: &Process, cause: Ending) {
    tokio::time::sleep(LINGERING).await;
    shared.end(cause);
    process.kill();
}

/// Hears what a plugin writes to its standard error.
pub async fn hear_errors(shared: Arc<Shared>, errors: pipe::Receiver) {
    let clean = |text: String| shared.surroundings.redaction.text(text);
    read_lines(errors, clean, |line| {
        shared.remember_line(line.clone());
        shared.log(Level::Debug, line);
    })
    .await;
}

/// Reads messages until the plugin is gone, or sends what is none.
pub async fn read(shared: Arc<Shared>, process: Arc<Process>, mut output: pipe::Receiver) {
    let cause = loop {
        let body = match read_frame(&mut output).await {
            Ok(body) => body,
            // Four letters are a length too, and always too large a one.
            Err(FrameError::TooLarge(length)) if is_text(length) => break Ending::Garbage("text".to_owned()),
            Err(error @ FrameError::TooLarge(_)) => break Ending::Oversized(error.to_string()),
            Err(FrameError::Ended | FrameError::Io(_)) => {
                tokio::spawn(async move { end_if_it_stays(&shared, &process, Ending::Mute).await });
                return;
            }
        };
        match Envelope::parse(&body) {
            Ok(envelope) => hear(&shared, envelope).await,
            Err(malformed) => break Ending::Garbage(malformed.to_string()),
        }
    };
    shared.end(cause);
    process.kill();
}

fn is_text(length: usize) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    u32::try_from(length).is_ok_and(|length| length.to_le_bytes().into_iter().all(is_letter))
}

/// Takes a message. No more is taken while the plugin has many questions open, whose answers
/// it may not be reading.
async fn hear(shared: &Arc<Shared>, envelope: Envelope) {
    match (envelope.id, envelope.method.as_deref()) {
        (Some(id), Some(_)) => {
            let Ok(question) = Arc::clone(&shared.questions).acquire_owned().await else { return };
            let shared = Arc::clone(shared);
            tokio::spawn(async move { shared.reply(&answer(&shared, id, &envelope).await, question) });
        }
        (Some(id), None) => shared.settle(id, envelope),
        (None, Some(method)) => note(shared, method, &envelope),
        (None, None) => {
            let why = envelope.error.map(|failure| failure.message).unwrap_or_default();
            shared.log(Level::Warn, format!("it did not understand a message: {why}"));
        }
    }
}

fn note(shared: &Shared, method: &str, envelope: &Envelope) {
    match method {
        Progress::METHOD => {
            let Ok(Progress { id, message }) = envelope.parameters() else { return };
            if let Some(listener) = shared.listener(id) {
                listener(Said::Progress(&shared.surroundings.redaction.text(message)));
            }
        }
        Checkpoint::METHOD => {
            let Ok(Checkpoint { id, made }) = envelope.parameters() else { return };
            let made = shared.surroundings.redaction.text(made);
            shared.checkpoint(id, &made);
            if let Some(listener) = shared.listener(id) {
                listener(Said::Checkpoint(&made));
            }
        }
        Log::METHOD => {
            let Ok(Log { level, message }) = envelope.parameters() else { return };
            shared.log(level, message);
        }
        _ => {}
    }
}

/// Answers a plugin, within the scopes that it was granted.
async fn answer(shared: &Shared, id: u64, request: &Envelope) -> Envelope {
    let failed = |fault| Envelope::answer::<()>(id, Err(Failure::of(fault)));
    match request.method.as_deref().unwrap_or_default() {
        GetCredentials::METHOD => match granted(shared, "aws") {
            Ok(services) => match services.credentials().await {
                Ok(credentials) => {
                    shared.surroundings.redaction.hide(&credentials.secret_access_key);
                    credentials.session_token.iter().for_each(|token| shared.surroundings.redaction.hide(token));
                    Envelope::answer(id, Ok(&credentials))
                }
                Err(fault) => failed(fault),
            },
            Err(fault) => failed(fault),
        },
        GetSecret::METHOD => match secret(shared, request).await {
            Ok(value) => {
                shared.surroundings.redaction.hide(&value);
                Envelope::answer(id, Ok(&SecretValue { value }))
            }
            Err(fault) => failed(fault),
        },
        unknown => Envelope::answer::<()>(id, Err(Failure::unknown_method(unknown))),
    }
}

async fn secret(shared: &Shared, request: &Envelope) -> Result<String, Fault> {
    let GetSecret { name } = request
        .parameters()
        .map_err(|malformed| Fault::internal(format!("the parameters of `{}` are {malformed}", GetSecret::METHOD)))?;
    granted(shared, &format!("secret:{name}"))?.secret(&name).await
}

/// The way to AWS, for a plugin that may take it.
fn granted<'a>(shared: &'a Shared, scope: &str) -> Result<&'a Arc<dyn Services>, Fault> {
    let name = &shared.plugin.name;
    if !shared.plugin.is_granted(scope) {
        let fault = Fault::new(FaultKind::Denied, format!("the plugin `{name}` was not granted `{scope}`"));
        return Err(
            fault.help(format!("grant it, if you trust it with that: `deploy plugin add PATH --grant {scope}`"))
        );
    }
    let not_yet = || Fault::new(FaultKind::Denied, format!("`{name}` asks for `{scope}` where nothing is called"));
    shared.surroundings.services.get().ok_or_else(not_yet)
}
