//! All dynamic plugins of a run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use deploy_plugin::Plugin;
use futures::future::join_all;

use crate::child::{Command, Runtime, Surroundings, wait};
use crate::remote::{Remote, StartError};
use crate::services::{LogSink, Services};
use crate::trust::{Approved, LockFile, LockedPlugin};

/// The plugins of `deploy-plugins.lock`, started. They end when this is dropped.
pub struct Plugins(Option<Started>);

struct Started {
    remotes: Vec<Arc<Remote>>,
    services: Arc<OnceLock<Arc<dyn Services>>>,
    runtime: Runtime,
}

impl Plugins {
    /// No plugin at all: nothing is started for it.
    pub fn none() -> Self {
        Self(None)
    }

    /// Starts every plugin of `lock` at once, for the project at `root`.
    ///
    /// # Errors
    /// Every plugin that cannot be used. None is left running.
    pub fn start(root: &Path, lock: &LockFile, command: &Command, log: LogSink) -> Result<Self, Vec<StartError>> {
        if lock.plugins.is_empty() {
            return Ok(Self::none());
        }
        let runtime = Runtime::start().map_err(|error| {
            vec![StartError {
                plugin: lock.plugins[0].name.clone(),
                what: format!("could not be started: {error}"),
                help: "see that there is memory".to_owned(),
            }]
        })?;
        let services = Arc::<OnceLock<Arc<dyn Services>>>::default();
        let surroundings = Surroundings { log, services: Arc::clone(&services), redaction: Arc::default() };
        let reads: Vec<_> = lock.plugins.iter().map(|plugin| read(root.to_owned(), plugin.clone())).collect();
        // Where one may not run, none does.
        let (approved, errors) = sorted(wait(runtime.handle(), join_all(reads)));
        if !errors.is_empty() {
            return Err(errors);
        }
        let start = |approved| Remote::start(approved, command.clone(), surroundings.clone());
        let starts: Vec<_> = approved.into_iter().map(start).collect();
        let (remotes, errors) = sorted(wait(runtime.handle(), join_all(starts)));
        let started = Self(Some(Started { remotes, services, runtime }));
        if errors.is_empty() { Ok(started) } else { Err(errors) }
    }

    /// The plugins as the engine sees them.
    pub fn plugins(&self) -> Vec<Plugin> {
        self.remotes().iter().map(Remote::plugin).collect()
    }

    /// The plugins themselves.
    pub fn remotes(&self) -> &[Arc<Remote>] {
        self.0.as_ref().map_or(&[], |started| &started.remotes)
    }

    /// Opens the way to AWS, for those that were granted it. The first way stays.
    pub fn connect(&self, services: Arc<dyn Services>) {
        if let Some(started) = &self.0 {
            let _ = started.services.set(services);
        }
    }
}

impl Drop for Plugins {
    fn drop(&mut self) {
        if let Some(Started { runtime, remotes, .. }) = self.0.take() {
            wait(runtime.handle(), async move {
                join_all(remotes.iter().map(|remote| remote.close())).await;
            });
        }
    }
}

/// What succeeded and what did not, of work on a thread that goes on for as long as its owner lives.
fn sorted<T>(results: Option<Vec<Result<T, StartError>>>) -> (Vec<T>, Vec<StartError>) {
    let (mut successes, mut errors) = (Vec::new(), Vec::new());
    for result in results.expect("starting does not panic") {
        match result {
            Ok(success) => successes.push(success),
            Err(error) => errors.push(error),
        }
    }
    (successes, errors)
}

/// Reads and checks the file of one plugin, beside the others'.
async fn read(root: PathBuf, plugin: LockedPlugin) -> Result<Approved, StartError> {
    let (name, folder) = (plugin.name.clone(), plugin.folder.clone());
    let read = tokio::task::spawn_blocking(move || Approved::read(&root, &plugin)).await;
    read.expect("reading a file does not panic").map_err(|error| StartError {
        what: format!("was not loaded: {error}"),
        help: error.help(&name, &folder),
        plugin: name,
    })
}
