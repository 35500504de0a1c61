//! One conversation: a thread that takes frames in their order, and runs operations side by side.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deploy_model::Fault;
use tokio::sync::mpsc;

use super::dispatch::{Next, dispatch};
use super::line::Wire;
use crate::host::{Aws, Host};
use crate::manifest::Manifest;
use crate::wire::{Cancel, Envelope, Notice};
use crate::{AnyKind, AnyStage, Plugin};

/// Sends one frame to the host. Called from several threads.
pub type Emit = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Makes the plugin. Called once while the host knows nothing of AWS, and once more when it does.
pub type Factory = fn(&Host) -> Plugin;

/// A plugin at work.
pub struct Session {
    inbox: mpsc::UnboundedSender<Vec<u8>>,
}

/// What the thread and its operations share.
pub(super) struct Shared {
    pub manifest: Manifest,
    pub wire: Arc<Wire>,
    factory: Factory,
    plugins: Mutex<Plugins>,
    running: Mutex<HashMap<u64, Arc<AtomicBool>>>,
}

#[derive(Default)]
struct Plugins {
    /// What describes itself.
    detached: Option<Arc<Plugin>>,
    /// What acts, once the host has said where.
    connected: Option<Arc<Plugin>>,
}

impl Session {
    /// Starts a plugin with the text of its manifest. Its frames go to `emit`.
    ///
    /// # Errors
    /// Where the manifest is none, or the system has no thread to give.
    pub fn start(manifest: &str, factory: Factory, emit: Emit) -> Result<Self, Fault> {
        let manifest = Manifest::parse(manifest).map_err(|error| Fault::internal(format!("plugin.toml: {error}")))?;
        let (inbox, frames) = mpsc::unbounded_channel();
        let (plugins, running) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { manifest, wire: Arc::new(Wire::new(emit)), factory, plugins, running });
        let failed = |error: std::io::Error| Fault::internal(format!("the plugin cannot start: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let work = move || runtime.block_on(converse(&shared, frames));
        std::thread::Builder::new().name("plugin".to_owned()).spawn(work).map_err(failed)?;
        Ok(Self { inbox })
    }

    /// Hands over one frame. Says whether anybody still takes it.
    pub fn deliver(&self, frame: &[u8]) -> bool {
        self.inbox.send(frame.to_vec()).is_ok()
    }
}

async fn converse(shared: &Arc<Shared>, mut frames: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(frame) = frames.recv().await {
        let envelope = match Envelope::parse(&frame) {
            Ok(envelope) => envelope,
            Err(malformed) => {
                shared.wire.send(&Envelope::complaint(&malformed));
                continue;
            }
        };
        match (envelope.id, envelope.method.as_deref()) {
            (Some(id), Some(_)) => {
                if dispatch(shared, id, envelope) == Next::End {
                    return;
                }
            }
            (None, Some(method)) if method == Cancel::METHOD => shared.cancel(&envelope),
            (None, _) => {}
            (Some(_), None) => shared.wire.settle(envelope),
        }
    }
}

impl Shared {
    pub fn stage(&self, name: &str) -> Result<Arc<dyn AnyStage>, Fault> {
        let plugin = self.detached();
        let stage = plugin.stages.iter().find(|stage| stage.name() == name);
        stage.cloned().ok_or_else(|| Fault::internal(format!("there is no stage `{name}` here")))
    }

    pub fn kind(&self, name: &deploy_model::KindName) -> Result<Arc<dyn AnyKind>, Fault> {
        // Two statements: what describes itself is behind the same lock.
        let connected = self.plugins().connected.clone();
        let plugin = connected.unwrap_or_else(|| self.detached());
        let kind = plugin.kinds.iter().find(|kind| kind.describe().name == *name);
        kind.cloned().ok_or_else(|| Fault::internal(format!("there is no kind `{name}` here")))
    }

    /// The plugin that describes itself, made when it is first asked for.
    pub fn detached(&self) -> Arc<Plugin> {
        if let Some(plugin) = &self.plugins().detached {
            return Arc::clone(plugin);
        }
        let line: Arc<Wire> = Arc::clone(&self.wire);
        let plugin = Arc::new((self.factory)(&Host::new(None, line)));
        self.plugins().detached = Some(Arc::clone(&plugin));
        plugin
    }

    pub fn connect(&self, aws: Aws) {
        let line: Arc<Wire> = Arc::clone(&self.wire);
        let plugin = (self.factory)(&Host::new(Some(aws), line));
        self.plugins().connected = Some(Arc::new(plugin));
    }

    /// The flag of an operation that begins.
    pub fn begin(&self, id: u64) -> Arc<AtomicBool> {
        let flag = Arc::<AtomicBool>::default();
        self.running().insert(id, Arc::clone(&flag));
        flag
    }

    pub fn end(&self, id: u64) {
        self.running().remove(&id);
    }

    fn cancel(&self, envelope: &Envelope) {
        let Ok(Cancel { id }) = envelope.parameters() else { return };
        if let Some(flag) = self.running().get(&id) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    fn plugins(&self) -> MutexGuard<'_, Plugins> {
        self.plugins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> MutexGuard<'_, HashMap<u64, Arc<AtomicBool>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
