//! All dynamic plugins of a run.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use deploy_plugin::Plugin;
use futures::future::join_all;

use crate::child::{Command, Runtime, Surroundings, wait};
use crate::remote::{Remote, StartError, Verified};
use crate::services::{LogSink, Services};
use crate::trust::{Candidate, LockFile};

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
        let candidate = |plugin| Candidate::open(root, plugin).map_err(|error| StartError::untrusted(plugin, &error));
        // Where one may not run, none does.
        let candidates = all(lock.plugins.iter().map(candidate))?;
        let verify = |candidate| Verified::of(candidate, command.clone(), surroundings.clone());
        let verified = all(side_by_side(&runtime, candidates.into_iter().map(verify).collect()))?;
        let (remotes, errors) = sorted(side_by_side(&runtime, verified.into_iter().map(Remote::start).collect()));
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

    /// Opens the way to AWS, for those that were granted it: they are told where it is, and make their clients while
    /// others are asked. The first way stays.
    pub fn connect(&self, services: Arc<dyn Services>) {
        let Some(Started { remotes, services: way, runtime }) = &self.0 else { return };
        if way.set(services).is_ok() {
            for remote in remotes {
                let remote = Arc::clone(remote);
                runtime.handle().spawn(async move { remote.get_ready().await });
            }
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

/// Does all of this at once, on a thread that goes on for as long as its owner lives.
fn side_by_side<T: Send + 'static>(
    runtime: &Runtime,
    work: Vec<impl Future<Output = Result<T, StartError>> + Send + 'static>,
) -> Vec<Result<T, StartError>> {
    wait(runtime.handle(), join_all(work)).expect("starting does not panic")
}

/// What succeeded and what did not.
fn sorted<T>(results: impl IntoIterator<Item = Result<T, StartError>>) -> (Vec<T>, Vec<StartError>) {
    let (mut successes, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(success) => successes.push(success),
            Err(error) => errors.push(error),
        }
    }
    (successes, errors)
}

/// All that succeeded, if nothing did not.
fn all<T>(results: impl IntoIterator<Item = Result<T, StartError>>) -> Result<Vec<T>, Vec<StartError>> {
    let (successes, errors) = sorted(results);
    if errors.is_empty() { Ok(successes) } else { Err(errors) }
}
