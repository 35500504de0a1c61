//! The way of a plugin's questions to its host, and of the answers back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use deploy_model::Fault;
use tokio::sync::oneshot;

use super::Emit;
use crate::BoxFuture;
use crate::host::Line;
use crate::wire::frame::MAX_FRAME;
use crate::wire::{Call, Credentials, Envelope, Failure, GetCredentials, GetSecret, Level, Log, Notice};

/// Sends frames, and knows which of the plugin's own requests still wait.
pub struct Wire {
    emit: Emit,
    numbers: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Envelope>>>,
}

impl Wire {
    pub fn new(emit: Emit) -> Self {
        Self { emit, numbers: AtomicU64::new(1), waiting: Mutex::default() }
    }

    pub fn send(&self, envelope: &Envelope) {
        (self.emit)(&envelope.bytes());
    }

    /// Answers a request. What no frame holds is told instead of sent.
    pub fn answer<T: serde::Serialize>(&self, id: u64, method: &str, answer: Result<T, Failure>) {
        let bytes = match answer {
            Ok(answer) => Envelope::answer(id, Ok(&answer)).bytes(),
            Err(failure) => Envelope::answer::<()>(id, Err(failure)).bytes(),
        };
        if bytes.len() <= MAX_FRAME {
            return (self.emit)(&bytes);
        }
        let what = format!("answered `{method}` with {} bytes, and a message holds {MAX_FRAME} at most", bytes.len());
        self.send(&Envelope::answer::<()>(id, Err(Failure::broken(&what))));
    }

    pub fn notify<N: Notice>(&self, notice: &N) {
        self.send(&Envelope::notification(notice));
    }

    /// Hands an answer to whoever waits for it.
    pub fn settle(&self, envelope: Envelope) {
        let waiting = envelope.id.and_then(|id| self.waiting().remove(&id));
        if let Some(waiting) = waiting {
            // Whoever asked may have given up.
            let _ = waiting.send(envelope);
        }
    }

    /// Asks the host.
    pub async fn ask<C: Call>(&self, call: &C) -> Result<C::Answer, Fault> {
        let id = self.numbers.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.waiting().insert(id, sender);
        self.send(&Envelope::request(id, call));
        let envelope = answer.await.map_err(|_| Fault::internal("the host is gone"))?;
        match envelope.error {
            Some(failure) => Err(failure.into_fault()),
            None => envelope.result().map_err(|malformed| Fault::internal(format!("the host's answer is {malformed}"))),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<u64, oneshot::Sender<Envelope>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line for Wire {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(self.ask(&GetCredentials {}))
    }

    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async move { Ok(self.ask(&GetSecret { name: name.to_owned() }).await?.value) })
    }

    fn log(&self, level: Level, message: &str) {
        self.notify(&Log { level, message: message.to_owned() });
    }
}
