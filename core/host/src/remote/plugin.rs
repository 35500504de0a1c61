//! One plugin behind the border: started, described once, and started again where it has ended.

use std::sync::Arc;
use std::time::Duration;

use deploy_model::{Fault, FaultKind, KindDescription};
use deploy_plugin::manifest::Deadlines;
use deploy_plugin::wire::{Call, Connect, Description};
use deploy_plugin::{AnyKind, AnyStage, Plugin};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use super::introduction::{FIRST_ANSWER, StartError, go_on_without, introduce};
use super::kind::RemoteKind;
use super::stage::RemoteStage;
use crate::child::{Command, Connection, Surroundings, Terms, wait};
use crate::services::Services;
use crate::trust::{Candidate, FREE_MEMORY, Image, LockedPlugin};

/// How often a plugin that has ended is started again within one run.
const MOST_STARTS: u32 = 5;

/// A plugin behind the border.
pub struct Remote {
    locked: LockedPlugin,
    command: Command,
    surroundings: Surroundings,
    handle: Handle,
    description: Description,
    line: Mutex<Line>,
    /// Set when the run is over, so that nobody waits for a plugin to start.
    closing: watch::Sender<bool>,
}

struct Line {
    /// What it is started from. Nothing once it is closed.
    image: Option<Arc<Image>>,
    connection: Arc<Connection>,
    connected: bool,
    starts: u32,
}

/// A plugin whose bytes are the approved ones, and of which nothing has run.
pub struct Verified {
    locked: LockedPlugin,
    image: Arc<Image>,
    command: Command,
    surroundings: Surroundings,
    /// The process that waits for the word to load it, where there can be one.
    waiting: Option<Arc<Connection>>,
}

impl Verified {
    /// Reads a plugin's file, while the process comes up that will load it. To be run on the thread of all conversations.
    ///
    /// # Errors
    /// Where the file is not the approved one, or no process can be started.
    pub async fn of(candidate: Candidate, command: Command, surroundings: Surroundings) -> Result<Self, StartError> {
        let (locked, image) = (candidate.plugin().clone(), Arc::clone(candidate.image()));
        let verifying = tokio::task::spawn_blocking(move || candidate.verify());
        // First the files of all plugins are read, then their processes started, which wait for a processor anyway.
        tokio::task::yield_now().await;
        let waiting = match image.can_be_filled_later() {
            true => Some(open(&locked, &command, &image, &surroundings)?),
            false => None,
        };
        let verified = verifying.await.expect("reading a file does not panic");
        verified.map_err(|error| StartError::untrusted(&locked, &error))?;
        Ok(Self { locked, image, command, surroundings, waiting })
    }
}

impl Remote {
    /// Has a plugin loaded and asks what it offers. To be run on the thread of all conversations.
    ///
    /// # Errors
    /// Where it does not start, does not answer, or speaks another language.
    pub async fn start(verified: Verified) -> Result<Arc<Self>, StartError> {
        let Verified { locked, image, command, surroundings, waiting } = verified;
        let connection = match waiting {
            Some(connection) => connection,
            None => open(&locked, &command, &image, &surroundings)?,
        };
        let description = introduce(&locked, &connection).await?;
        let line = Mutex::new(Line { image: Some(image), connection, connected: false, starts: 1 });
        let handle = Handle::current();
        let closing = watch::Sender::new(false);
        Ok(Arc::new(Self { locked, command, surroundings, handle, description, line, closing }))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.locked.name
    }

    /// What was approved.
    pub fn locked(&self) -> &LockedPlugin {
        &self.locked
    }

    /// What it said of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The plugin as the engine sees it.
    pub fn plugin(self: &Arc<Self>) -> Plugin {
        let stage = |stage| Arc::new(RemoteStage::new(Arc::clone(self), stage)) as Arc<dyn AnyStage>;
        let kind = |kind: KindDescription| Arc::new(RemoteKind::new(Arc::clone(self), kind)) as Arc<dyn AnyKind>;
        Plugin {
            name: self.locked.name.clone().into(),
            stages: self.description.stages.iter().cloned().map(stage).collect(),
            kinds: self.description.kinds.iter().cloned().map(kind).collect(),
        }
    }

    /// Tells it where AWS is. Where that fails, the first operation tries again and says why.
    pub async fn get_ready(&self) {
        let _ = self.connection_to_aws().await;
    }

    /// Asks it to end, and sees to it that it does. To be run on the thread of all conversations.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        let mut line = self.line.lock().await;
        if !line.connection.is_idle() {
            return line.connection.close().await;
        }
        // Whoever lets go of the bytes last has to free their memory. Let it be the process that ends, and not this one.
        line.image = None;
        line.connection.kill().await;
    }

    pub(super) fn deadlines(&self) -> Deadlines {
        self.locked.deadline_seconds
    }

    /// Asks something that is pure, and waits for the answer.
    pub(super) fn ask<C: Call + Sync>(self: &Arc<Self>, call: C) -> Result<C::Answer, Fault> {
        let remote = Arc::clone(self);
        let deadline = Duration::from_secs(u64::from(self.deadlines().stage));
        let answer = wait(&self.handle, async move {
            let terms = Terms { deadline, ..Terms::default() };
            remote.connection().await?.call(&call, &terms).await
        });
        answer.unwrap_or_else(|| Err(self.is_closed()))
    }

    /// Asks for an operation on a kind.
    pub(super) async fn operate<C: Call + Sync>(self: &Arc<Self>, call: C, terms: Terms) -> Result<C::Answer, Fault> {
        let remote = Arc::clone(self);
        let operation = async move {
            let connection = tokio::select! {
                biased;
                connection = remote.connection_to_aws() => connection?,
                () = terms.cancelled() => return Err(remote.is_not_needed()),
            };
            connection.call(&call, &terms).await
        };
        self.handle.spawn(operation).await.unwrap_or_else(|_| Err(self.is_closed()))
    }

    fn is_closed(&self) -> Fault {
        Fault::internal(format!("the plugin `{}` is asked after it was closed", self.name()))
    }

    fn is_not_needed(&self) -> Fault {
        let message = format!("the plugin `{}` was not started again, because the run is to stop", self.name());
        Fault::new(FaultKind::Cancelled, message)
    }

    /// What `work` makes of the line, of a plugin that runs: it is started again where it has ended. Given up where the
    /// run is over.
    async fn on_line<T>(&self, work: impl AsyncFnOnce(&mut Line) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut closing = self.closing.subscribe();
        let started = async {
            let mut line = self.line.lock().await;
            self.restart(&mut line).await?;
            work(&mut line).await
        };
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => Err(self.is_closed()),
            done = started => done,
        }
    }

    async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        self.on_line(async |line| Ok(Arc::clone(&line.connection))).await
    }

    /// The connection, once the plugin has been told where AWS is, if it may know.
    async fn connection_to_aws(&self) -> Result<Arc<Connection>, Fault> {
        self.on_line(async |line| self.connected(line).await).await
    }

    async fn connected(&self, line: &mut Line) -> Result<Arc<Connection>, Fault> {
        let services = self.surroundings.services.get().filter(|_| self.locked.is_granted("aws"));
        if let Some(services) = services.filter(|_| !line.connected) {
            tell_of_aws(&line.connection, services.as_ref()).await?;
            line.connected = true;
        }
        Ok(Arc::clone(&line.connection))
    }

    /// Starts it again where it has ended.
    async fn restart(&self, line: &mut Line) -> Result<(), Fault> {
        let Some(ending) = line.connection.ending() else { return Ok(()) };
        let Some(image) = line.image.clone() else { return Err(self.is_closed()) };
        if line.starts == MOST_STARTS {
            let message =
                format!("the plugin `{}` {}; it was started {MOST_STARTS} times", self.name(), ending.words());
            return Err(Fault::internal(message).help(go_on_without(self.name())));
        }
        line.starts += 1;
        let failed = |error: StartError| Fault::internal(error.to_string()).help(error.help);
        let connection = open(&self.locked, &self.command, &image, &self.surroundings).map_err(failed)?;
        let description = introduce(&self.locked, &connection).await.map_err(failed)?;
        if description != self.description {
            let message = format!("the plugin `{}` describes itself in another way than before", self.name());
            return Err(Fault::internal(message).help("it must say the same of its stages and kinds at every start"));
        }
        (line.connection, line.connected) = (connection, false);
        Ok(())
    }
}

fn open(
    locked: &LockedPlugin,
    command: &Command,
    image: &Image,
    surroundings: &Surroundings,
) -> Result<Arc<Connection>, StartError> {
    let started = command
        .start(locked.carrier, image)
        .and_then(|child| Connection::begin(locked.clone(), surroundings.clone(), child));
    let failed = |error| StartError {
        plugin: locked.name.clone(),
        what: format!("could not be started: {error}"),
        help: FREE_MEMORY.to_owned(),
    };
    Ok(Arc::new(started.map_err(failed)?))
}

async fn tell_of_aws(connection: &Connection, services: &dyn Services) -> Result<(), Fault> {
    let connect = Connect { region: services.region(), endpoint_url: services.endpoint_url().await? };
    connection.call(&connect, &Terms { deadline: FIRST_ANSWER, ..Terms::default() }).await?;
    Ok(())
}
