//! One plugin behind the border: started, described once, and started again where it has ended.

use std::sync::Arc;
use std::time::Duration;

use deploy_model::{Fault, FaultKind, KindDescription};
use deploy_plugin::manifest::Deadlines;
use deploy_plugin::wire::{
    Call, Connect, Describe, Description, Initialize, Initialized, NEWEST_PROTOCOL, OLDEST_PROTOCOL,
};
use deploy_plugin::{AnyKind, AnyStage, Plugin};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::kind::RemoteKind;
use super::stage::RemoteStage;
use crate::child::{Command, Connection, Surroundings, Terms, wait};
use crate::services::Services;
use crate::trust::{Approved, Image, LockedPlugin};

/// How long a plugin may take to say what it offers.
const FIRST_ANSWER: Duration = Duration::from_secs(10);
/// How often a plugin that has ended is started again within one run.
const MOST_STARTS: u32 = 5;

/// A plugin behind the border.
pub struct Remote {
    locked: LockedPlugin,
    image: Image,
    command: Command,
    surroundings: Surroundings,
    handle: Handle,
    description: Description,
    line: Mutex<Line>,
}

struct Line {
    connection: Arc<Connection>,
    connected: bool,
    starts: u32,
    closed: bool,
}

/// Why a plugin cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plugin `{plugin}` {what}")]
pub struct StartError {
    /// Its name.
    pub plugin: String,
    /// What is wrong, for a sentence that begins with the plugin.
    pub what: String,
    /// The next step.
    pub help: String,
}

impl Remote {
    /// Starts an approved plugin and asks what it offers. To be run on the thread of all conversations.
    ///
    /// # Errors
    /// Where it does not start, does not answer, or speaks another language.
    pub async fn start(
        approved: Approved,
        command: Command,
        surroundings: Surroundings,
    ) -> Result<Arc<Self>, StartError> {
        let locked = approved.plugin.clone();
        let error = |what: String, help: &str| StartError { plugin: locked.name.clone(), what, help: help.to_owned() };
        let image = Image::of(&approved).map_err(|io| error(format!("could not be started: {io}"), FREE_MEMORY))?;
        drop(approved);
        let connection = open(&locked, &command, &image, &surroundings)?;
        let description = introduce(&locked, &connection).await?;
        let line = Mutex::new(Line { connection, connected: false, starts: 1, closed: false });
        let handle = Handle::current();
        Ok(Arc::new(Self { locked, image, command, surroundings, handle, description, line }))
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

    /// Asks it to end, and sees to it that it does. To be run on the thread of all conversations.
    pub async fn close(&self) {
        let mut line = self.line.lock().await;
        line.closed = true;
        line.connection.close().await;
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

    async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        let mut line = self.line.lock().await;
        self.restart(&mut line).await?;
        Ok(Arc::clone(&line.connection))
    }

    /// The connection, once the plugin has been told where AWS is, if it may know.
    async fn connection_to_aws(&self) -> Result<Arc<Connection>, Fault> {
        let mut line = self.line.lock().await;
        self.restart(&mut line).await?;
        let services = self.surroundings.services.get().filter(|_| self.locked.is_granted("aws"));
        if let Some(services) = services.filter(|_| !line.connected) {
            tell_of_aws(&line.connection, services.as_ref()).await?;
            line.connected = true;
        }
        Ok(Arc::clone(&line.connection))
    }

    /// Starts it again where it has ended.
    async fn restart(&self, line: &mut Line) -> Result<(), Fault> {
        if line.closed {
            return Err(self.is_closed());
        }
        let Some(ending) = line.connection.ending() else { return Ok(()) };
        if line.starts == MOST_STARTS {
            let message =
                format!("the plugin `{}` {}; it was started {MOST_STARTS} times", self.name(), ending.words());
            return Err(Fault::internal(message).help(go_on_without(self.name())));
        }
        line.starts += 1;
        let failed = |error: StartError| Fault::internal(error.to_string()).help(error.help);
        let connection = open(&self.locked, &self.command, &self.image, &self.surroundings).map_err(failed)?;
        let description = introduce(&self.locked, &connection).await.map_err(failed)?;
        if description != self.description {
            let message = format!("the plugin `{}` describes itself in another way than before", self.name());
            return Err(Fault::internal(message).help("it must say the same of its stages and kinds at every start"));
        }
        (line.connection, line.connected) = (connection, false);
        Ok(())
    }
}

fn go_on_without(plugin: &str) -> String {
    format!("go on without it: `deploy plugin remove {plugin}`")
}

const FREE_MEMORY: &str = "see that there is memory, and room for temporary files";

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

/// Agrees on a version, and asks for everything that the plugin offers.
async fn introduce(locked: &LockedPlugin, connection: &Connection) -> Result<Description, StartError> {
    let broken = |fault: Fault| StartError {
        plugin: locked.name.clone(),
        what: match connection.ending() {
            Some(ending) => format!("{} before it had said what it offers", ending.words()),
            None => format!("cannot be used: {fault}"),
        },
        help: fault.help.clone().unwrap_or_else(|| go_on_without(&locked.name)),
    };
    let terms = Terms { deadline: FIRST_ANSWER, ..Terms::default() };
    let host = concat!("deploy ", env!("CARGO_PKG_VERSION")).to_owned();
    let first = Initialize { oldest: OLDEST_PROTOCOL, newest: NEWEST_PROTOCOL, host };
    let initialized = connection.call(&first, &terms).await.map_err(broken)?;
    let protocol = agree(locked, &initialized)?;
    let description = connection.call(&Describe { protocol }, &terms).await.map_err(broken)?;
    Ok(description)
}

/// The version that both speak, if the plugin is who it was approved as.
fn agree(locked: &LockedPlugin, said: &Initialized) -> Result<u32, StartError> {
    let error = |what: String, help: String| StartError { plugin: locked.name.clone(), what, help };
    let again = || "approve it again: `deploy plugin add PATH`".to_owned();
    if said.oldest > NEWEST_PROTOCOL {
        let what = format!("speaks protocol {} or newer, and this `deploy` speaks {NEWEST_PROTOCOL}", said.oldest);
        return Err(error(what, "update `deploy`".to_owned()));
    }
    if said.newest < OLDEST_PROTOCOL {
        let what = format!("speaks protocol {} or older, and this `deploy` speaks {OLDEST_PROTOCOL}", said.newest);
        return Err(error(what, "build the plugin with a newer `deploy-plugin`".to_owned()));
    }
    if said.name != locked.name || said.version != locked.version {
        let what = format!("says that it is {} {}, and was approved as {}", said.name, said.version, locked.version);
        return Err(error(what, again()));
    }
    if let Some(scope) = said.scopes.iter().find(|scope| !locked.is_granted(scope)) {
        return Err(error(format!("asks for `{scope}`, which it was not granted"), again()));
    }
    Ok(said.newest.min(NEWEST_PROTOCOL))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use deploy_plugin::manifest::Carrier;

    use super::*;

    fn said(oldest: u32, newest: u32, name: &str, scopes: &[&str]) -> Result<u32, String> {
        let locked = LockedPlugin {
            name: "audit".to_owned(),
            version: "1.0.0".to_owned(),
            carrier: Carrier::Program,
            scopes: vec!["aws".to_owned()],
            deadline_seconds: Deadlines::default(),
            files: BTreeMap::new(),
        };
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let said = Initialized { oldest, newest, name: name.to_owned(), version: "1.0.0".to_owned(), scopes };
        agree(&locked, &said).map_err(|error| format!("{error}; {}", error.help))
    }

    #[test]
    fn the_side_that_is_too_old_is_told() {
        assert_eq!(said(1, 3, "audit", &["aws"]), Ok(1));
        assert!(said(9, 9, "audit", &[]).expect_err("too new").contains("update `deploy`"));
        assert!(said(0, 0, "audit", &[]).expect_err("too old").contains("build the plugin"));
    }

    #[test]
    fn another_plugin_and_more_scopes_are_refused() {
        assert!(said(1, 1, "other", &[]).expect_err("another").contains("says that it is other 1.0.0"));
        assert!(said(1, 1, "audit", &["secret:KEY"]).expect_err("more").contains("asks for `secret:KEY`"));
    }
}
