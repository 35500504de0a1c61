//! The conversation with one plugin: requests and their answers, deadlines, and an end that everybody learns of.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deploy_model::Fault;
use deploy_plugin::Listener;
use deploy_plugin::manifest::Carrier;
use deploy_plugin::wire::frame::MAX_FRAME;
use deploy_plugin::wire::{Call, Cancel, Envelope, Shutdown};
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

use super::answer::{opened, too_much};
use super::ending::Ending;
use super::inbound;
use super::process::{Pipes, Process};
use super::shared::{Settled, Shared};
use crate::redaction::Redaction;
use crate::services::{LogSink, Services};
use crate::trust::LockedPlugin;

/// How often it is looked whether the user has asked the run to stop.
const GLANCE: Duration = Duration::from_millis(50);
/// How long what a process has written may take to arrive once it has ended.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// How long a plugin may take to end when it is asked to.
const FAREWELL: Duration = Duration::from_millis(500);
/// How long a process that was ended may take to go.
const DEATH: Duration = Duration::from_secs(2);

/// On which terms something is asked.
#[derive(Clone, Default)]
pub struct Terms {
    /// How long the answer may take.
    pub deadline: Duration,
    /// Who hears of progress.
    pub listener: Option<Listener>,
    /// Set when the user asks the run to stop.
    pub cancelled: Option<Arc<AtomicBool>>,
    /// How long it may go on after that.
    pub grace: Duration,
    /// Whether the call changes something, so that its outcome is unknown where the answer never comes.
    pub changes: bool,
}

impl Terms {
    /// Comes back when the user asks the run to stop.
    pub async fn cancelled(&self) {
        match &self.cancelled {
            None => std::future::pending().await,
            Some(flag) => {
                while !flag.load(Ordering::Relaxed) {
                    tokio::time::sleep(GLANCE).await;
                }
            }
        }
    }
}

/// What the host has for all of its plugins.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the lines go that plugins say.
    pub log: LogSink,
    /// The way to AWS, once there is one.
    pub services: Arc<OnceLock<Arc<dyn Services>>>,
    /// What was given out in this run, to whichever plugin: it may come back from another, or after a new start.
    pub redaction: Arc<Redaction>,
}

/// A conversation. Its methods are to be run on the thread of all conversations. The process ends when it is dropped.
pub struct Connection {
    shared: Arc<Shared>,
    process: Arc<Process>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.process.kill();
    }
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
        let shared = Arc::new(Shared::new(plugin, surroundings, outbox));
        let process = Arc::new(process);
        let writing = tokio::spawn(inbound::write(Arc::clone(&shared), Arc::clone(&process), input, frames));
        let mut lines = tokio::spawn(inbound::hear_errors(Arc::clone(&shared), errors));
        let mut answers = tokio::spawn(inbound::read(Arc::clone(&shared), Arc::clone(&process), output));
        let waiting = Arc::clone(&shared);
        tokio::spawn(async move {
            let status = ended.await;
            waiting.gone.send_replace(true);
            // Somebody else may still hold the pipes: a grandchild that has left the group. It is not listened to.
            let _ = tokio::time::timeout(LAST_WORDS, async { tokio::join!(&mut answers, &mut lines) }).await;
            [writing, lines, answers].iter().for_each(tokio::task::JoinHandle::abort);
            waiting.end(match status {
                Ok(status) => Ending::Exited(status),
                Err(_) => Ending::Lost,
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
        let (enlisted, mut answer) = self.shared.enlist(terms.listener.clone());
        let mut ending = self.shared.ending.subscribe();
        let request = Envelope::request(enlisted.id, call).bytes();
        if request.len() > MAX_FRAME {
            return Err(too_much(&self.shared.plugin.name, C::METHOD, request.len()));
        }
        self.shared.has_changed.fetch_or(terms.changes, Ordering::Relaxed);
        self.shared.push(request, None);
        let answered = tokio::select! {
            biased;
            answered = &mut answer => answered.ok(),
            _ = ending.wait_for(Option::is_some) => answer.try_recv().ok(),
            cause = self.overdue(enlisted.id, terms) => {
                self.end(cause);
                None
            }
        };
        let Some(Settled { envelope, made }) = answered else {
            let ending = self.ending().unwrap_or(Ending::Lost);
            self.shared.tell_last_lines();
            let made = enlisted.made();
            return Err(ending.fault(&self.shared.plugin.name, C::METHOD, terms.changes.then_some(made)));
        };
        opened::<C>(&self.shared, envelope, terms.changes.then_some(made))
    }

    /// Comes back when a call has taken too long, after it has told a plugin that the user wants to stop.
    async fn overdue(&self, id: u64, terms: &Terms) -> Ending {
        let stopped = async {
            terms.cancelled().await;
            self.shared.send(&Envelope::notification(&Cancel { id }));
            tokio::time::sleep(terms.grace).await;
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

    /// Whether nothing is lost where its process is ended without a word: that of a library, which is of this program, and
    /// which was asked to change nothing.
    pub fn is_idle(&self) -> bool {
        self.shared.plugin.carrier == Carrier::Library && !self.shared.has_changed.load(Ordering::Relaxed)
    }

    /// Ends the process at once.
    pub async fn kill(&self) {
        self.process.kill();
        let _ = tokio::time::timeout(DEATH, self.shared.gone.subscribe().wait_for(|gone| *gone)).await;
    }

    /// Asks the plugin to end, and sees to it that it does.
    pub async fn close(&self) {
        let terms = Terms { deadline: FAREWELL, ..Terms::default() };
        let mut ending = self.shared.ending.subscribe();
        if self.ending().is_none() {
            let _ = self.call(&Shutdown {}, &terms).await;
            self.shared.hang_up();
            let _ = tokio::time::timeout(FAREWELL, ending.wait_for(Option::is_some)).await;
        }
        self.kill().await;
    }
}
