//! What the tasks of one conversation share: who waits for an answer, what is on its way, why it is over.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deploy_plugin::Listener;
use deploy_plugin::wire::{Envelope, Level};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

use super::connection::Surroundings;
use super::ending::Ending;
use crate::services::LogLine;
use crate::trust::LockedPlugin;

/// How many questions of a plugin may wait for an answer, or for being written, at once.
const MOST_QUESTIONS: usize = 1024;
/// How many of the last lines of a plugin's standard error are told when it has ended badly.
const LINES_TOLD: usize = 8;

/// What the tasks of a conversation share.
pub struct Shared {
    pub plugin: LockedPlugin,
    pub surroundings: Surroundings,
    outbox: Mutex<Option<mpsc::UnboundedSender<Outgoing>>>,
    /// One permit for each question of the plugin that may wait for an answer.
    pub questions: Arc<Semaphore>,
    calls: Mutex<Calls>,
    /// Whether it was asked to change anything.
    pub has_changed: AtomicBool,
    /// Why it is over, once it is.
    pub ending: watch::Sender<Option<Ending>>,
    /// Whether the process is gone.
    pub gone: watch::Sender<bool>,
    last_lines: Mutex<VecDeque<String>>,
}

/// A message on its way to the plugin.
pub struct Outgoing {
    pub body: Vec<u8>,
    /// Of a question: free again when its answer is written.
    _question: Option<OwnedSemaphorePermit>,
}

#[derive(Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, Waiting>,
}

struct Waiting {
    answer: oneshot::Sender<Settled>,
    listener: Option<Listener>,
    /// How far a creation had got.
    made: Option<String>,
}

/// An answer, with how far a creation had got before it.
pub struct Settled {
    pub envelope: Envelope,
    pub made: Option<String>,
}

/// A call that waits. It is off the list when this is dropped.
pub struct Enlisted<'a> {
    shared: &'a Shared,
    pub id: u64,
}

impl Enlisted<'_> {
    /// How far a creation had got.
    pub fn made(&self) -> Option<String> {
        self.shared.calls().waiting.get(&self.id)?.made.clone()
    }
}

impl Drop for Enlisted<'_> {
    fn drop(&mut self) {
        self.shared.calls().waiting.remove(&self.id);
    }
}

impl Shared {
    pub fn new(plugin: LockedPlugin, surroundings: Surroundings, outbox: mpsc::UnboundedSender<Outgoing>) -> Self {
        Self {
            plugin,
            surroundings,
            outbox: Mutex::new(Some(outbox)),
            questions: Arc::new(Semaphore::new(MOST_QUESTIONS)),
            calls: Mutex::default(),
            has_changed: AtomicBool::new(false),
            ending: watch::Sender::new(None),
            gone: watch::Sender::new(false),
            last_lines: Mutex::default(),
        }
    }

    /// Nothing more is written to the plugin, which is the sign that nobody listens.
    pub fn hang_up(&self) {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    pub fn enlist(&self, listener: Option<Listener>) -> (Enlisted<'_>, oneshot::Receiver<Settled>) {
        let (sender, answer) = oneshot::channel();
        let mut calls = self.calls();
        calls.last += 1;
        let id = calls.last;
        calls.waiting.insert(id, Waiting { answer: sender, listener, made: None });
        (Enlisted { shared: self, id }, answer)
    }

    /// Hands an answer to whoever waits for it. One that comes a second time, or too late, is nobody's.
    pub fn settle(&self, id: u64, envelope: Envelope) {
        let (waiting, last) = {
            let mut calls = self.calls();
            (calls.waiting.remove(&id), calls.last)
        };
        if let Some(Waiting { answer, made, .. }) = waiting {
            // Whoever asked may have given up.
            let _ = answer.send(Settled { envelope, made });
        } else if id == 0 || id > last {
            self.log(Level::Warn, format!("it answers what nobody has asked, number {id}"));
        }
    }

    pub fn listener(&self, id: u64) -> Option<Listener> {
        self.calls().waiting.get(&id)?.listener.clone()
    }

    pub fn checkpoint(&self, id: u64, made: &str) {
        if let Some(waiting) = self.calls().waiting.get_mut(&id) {
            waiting.made = Some(made.to_owned());
        }
    }

    pub fn send(&self, envelope: &Envelope) {
        self.push(envelope.bytes(), None);
    }

    /// Answers a question of the plugin.
    pub fn reply(&self, envelope: &Envelope, question: OwnedSemaphorePermit) {
        self.push(envelope.bytes(), Some(question));
    }

    pub fn push(&self, body: Vec<u8>, question: Option<OwnedSemaphorePermit>) {
        let outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outbox) = outbox.as_ref() {
            // Where nobody takes it any more, the end is on its way to whoever waits.
            let _ = outbox.send(Outgoing { body, _question: question });
        }
    }

    /// Says once and for all why it is over.
    pub fn end(&self, cause: Ending) {
        self.ending.send_if_modified(|ending| {
            let first = ending.is_none();
            ending.get_or_insert(cause);
            first
        });
    }

    pub fn log(&self, level: Level, message: String) {
        let (plugin, message) = (self.plugin.name.clone(), self.surroundings.redaction.text(message));
        (self.surroundings.log)(LogLine { plugin, level, message });
    }

    pub fn remember_line(&self, line: String) {
        let mut lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES_TOLD {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// What a plugin wrote before it ended badly is of interest to more than its author.
    pub fn tell_last_lines(&self) {
        let lines = std::mem::take(&mut *self.last_lines.lock().unwrap_or_else(PoisonError::into_inner));
        lines.into_iter().for_each(|line| self.log(Level::Warn, line));
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
