//! The conversation with one plugin: requests and their answers, deadlines, and an end that everybody learns of.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use deploy_model::Fault;
use deploy_plugin::Listener;
use deploy_plugin::wire::{Call, Cancel, Envelope, Level, METHOD_NOT_FOUND, Shutdown};
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, oneshot, watch};

use super::ending::Ending;
use super::inbound;
use super::process::{Pipes, Process};
use crate::redaction::Redaction;
use crate::services::{LogLine, LogSink, Services};
use crate::trust::LockedPlugin;

/// How long a plugin may go on with an operation after the user has asked the run to stop.
const GRACE: Duration = Duration::from_secs(30);
/// How often it is looked whether the user has asked the run to stop.
const GLANCE: Duration = Duration::from_millis(50);
/// How long what a process has written may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How long a plugin may take to end when it is asked to.
const FAREWELL: Duration = Duration::from_millis(500);
/// How many of the last lines of a plugin's standard error are told when it has ended badly.
const LINES_TOLD: usize = 8;

/// On which terms something is asked.
#[derive(Clone, Default)]
pub struct Terms {
    /// How long the answer may take.
    pub deadline: Duration,
    /// Who hears of progress.
    pub listener: Option<Listener>,
    /// Set when the user asks the run to stop.
    pub cancelled: Option<Arc<AtomicBool>>,
    /// Whether the call changes something, so that its outcome is unknown where the answer never comes.
    pub changes: bool,
}

/// What the host has for all of its plugins.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the lines go that plugins say.
    pub log: LogSink,
    /// The way to AWS, once there is one.
    pub services: Arc<OnceLock<Arc<dyn Services>>>,
}

/// A conversation. Its methods are to be run on the thread of all conversations.
pub struct Connection {
    shared: Arc<Shared>,
    /// Ends the process when it is dropped.
    process: Arc<Process>,
}

/// What the tasks of a conversation share.
pub(super) struct Shared {
    pub plugin: LockedPlugin,
    pub surroundings: Surroundings,
    pub redaction: Redaction,
    outbox: Mutex<Option<mpsc::UnboundedSender<Vec<u8>>>>,
    calls: Mutex<Calls>,
    ending: watch::Sender<Option<Ending>>,
    last_lines: Mutex<VecDeque<String>>,
}

#[derive(Default)]
struct Calls {
    last: u64,
    waiting: HashMap<u64, Waiting>,
}

struct Waiting {
    answer: oneshot::Sender<Envelope>,
    listener: Option<Listener>,
    /// How far a creation had got.
    made: Option<String>,
}

impl Connection {
    /// Begins a conversation with a process that was just started.
    ///
    /// # Errors
    /// Where its pipes cannot be used.
    pub fn begin(
        plugin: LockedPlugin,
        surroundings: Surroundings,
        (process, pipes): (Process, Pipes),
    ) -> io::Result<Self> {
        let Pipes { input, output, errors, ended } = pipes;
        let input = pipe::Sender::from_owned_fd(input)?;
        let output = pipe::Receiver::from_owned_fd(output)?;
        let errors = pipe::Receiver::from_owned_fd(errors)?;
        let (outbox, frames) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            plugin,
            surroundings,
            redaction: Redaction::default(),
            outbox: Mutex::new(Some(outbox)),
            calls: Mutex::default(),
            ending: watch::Sender::new(None),
            last_lines: Mutex::default(),
        });
        let process = Arc::new(process);
        tokio::spawn(inbound::write(input, frames));
        let lines = tokio::spawn(inbound::hear_errors(Arc::clone(&shared), errors));
        let answers = tokio::spawn(inbound::read(Arc::clone(&shared), Arc::clone(&process), output));
        let waiting = Arc::clone(&shared);
        tokio::spawn(async move {
            let status = ended.await;
            // Somebody else may still hold the pipes: a grandchild that has left the group.
            let _ = tokio::time::timeout(LAST_WORDS, async { tokio::join!(answers, lines) }).await;
            waiting.end(match status {
                Ok(status) => Ending::Exited(status),
                Err(_) => Ending::NotStarted("its end could not be waited for".to_owned()),
            });
        });
        Ok(Self { shared, process })
    }

    /// Why it is over, if it is.
    pub fn ending(&self) -> Option<Ending> {
        self.shared.ending.borrow().clone()
    }

    /// Asks the plugin something.
    ///
    /// # Errors
    /// What the plugin answers instead, or that it gave no answer and why.
    pub async fn call<C: Call>(&self, call: &C, terms: &Terms) -> Result<C::Answer, Fault> {
        let (id, mut answer) = self.shared.enlist(terms.listener.clone());
        let mut ending = self.shared.ending.subscribe();
        self.shared.send(&Envelope::request(id, call));
        let answered = tokio::select! {
            biased;
            answered = &mut answer => answered.ok(),
            _ = ending.wait_for(Option::is_some) => answer.try_recv().ok(),
            cause = self.overdue(id, terms) => {
                self.end(cause);
                None
            }
        };
        let made = self.shared.forget(id);
        let Some(envelope) = answered else {
            let ending = self.ending().unwrap_or(Ending::Unstoppable);
            self.shared.tell_last_lines();
            return Err(ending.fault(&self.shared.plugin.name, C::METHOD, terms.changes.then_some(made)));
        };
        self.shared.opened::<C>(envelope)
    }

    /// Comes back when a call has taken too long, after it has told a plugin that the user wants to stop.
    async fn overdue(&self, id: u64, terms: &Terms) -> Ending {
        let stopped = async {
            match &terms.cancelled {
                None => std::future::pending().await,
                Some(flag) => {
                    while !flag.load(Ordering::Relaxed) {
                        tokio::time::sleep(GLANCE).await;
                    }
                }
            }
            self.shared.send(&Envelope::notification(&Cancel { id }));
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = tokio::time::sleep(terms.deadline) => Ending::Late(terms.deadline),
            () = stopped => Ending::Unstoppable,
        }
    }

    /// Ends the plugin at once.
    fn end(&self, cause: Ending) {
        self.shared.end(cause);
        self.process.kill();
    }

    /// Asks the plugin to end, and sees to it that it does.
    pub async fn close(&self) {
        let terms = Terms { deadline: FAREWELL, ..Terms::default() };
        let mut ending = self.shared.ending.subscribe();
        if self.ending().is_none() {
            let _ = self.call(&Shutdown {}, &terms).await;
            // Nothing more is written, which is the sign that nobody listens.
            self.shared.outbox.lock().unwrap_or_else(PoisonError::into_inner).take();
            let _ = tokio::time::timeout(FAREWELL, ending.wait_for(Option::is_some)).await;
        }
        self.process.kill();
    }
}

impl Shared {
    fn enlist(&self, listener: Option<Listener>) -> (u64, oneshot::Receiver<Envelope>) {
        let (sender, answer) = oneshot::channel();
        let mut calls = self.calls();
        calls.last += 1;
        let id = calls.last;
        calls.waiting.insert(id, Waiting { answer: sender, listener, made: None });
        (id, answer)
    }

    /// Takes a call off the list, and says how far a creation had got.
    fn forget(&self, id: u64) -> Option<String> {
        self.calls().waiting.remove(&id)?.made
    }

    /// Hands an answer to whoever waits for it.
    pub fn settle(&self, envelope: Envelope) {
        let waiting = envelope.id.and_then(|id| self.calls().waiting.remove(&id));
        if let Some(waiting) = waiting {
            // Whoever asked may have given up.
            let _ = waiting.answer.send(envelope);
        }
    }

    /// The answer in its own form. What was given to the plugin may not stand in it.
    fn opened<C: Call>(&self, envelope: Envelope) -> Result<C::Answer, Fault> {
        let name = &self.plugin.name;
        if let Some(failure) = envelope.error {
            let unknown = failure.code == METHOD_NOT_FOUND;
            let fault = self.redaction.fault(failure.into_fault());
            return Err(if unknown { Fault::internal(format!("the plugin `{name}`: {fault}")) } else { fault });
        }
        if envelope.result.as_ref().is_some_and(|result| self.redaction.stands_in(result.get())) {
            return Err(Ending::Leak.fault(name, C::METHOD, None));
        }
        envelope.result().map_err(|malformed| {
            Fault::internal(format!("the plugin `{name}` answered `{}` with what is {malformed}", C::METHOD))
        })
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
        let outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outbox) = outbox.as_ref() {
            // Where nobody takes it any more, the end is on its way to whoever waits.
            let _ = outbox.send(envelope.bytes());
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
        let (plugin, message) = (self.plugin.name.clone(), self.redaction.text(message));
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
    fn tell_last_lines(&self) {
        let lines = std::mem::take(&mut *self.last_lines.lock().unwrap_or_else(PoisonError::into_inner));
        lines.into_iter().for_each(|line| self.log(Level::Warn, line));
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
