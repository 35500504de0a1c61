//! How this AWS behaves: how fast, how reliably, how consistently, how strictly. They stand in the world, so that every
//! process that opens it lives under the same ones; by default nothing is slow, lost or refused.
//!
//! They are set one by one as text ([`Settings::set`]), or together from a document ([`Settings::merge`]).

mod fault;
mod script;
mod text;

pub use fault::{Fault, Outcome};
pub use script::{Fate, Script, Stop};
pub use text::{Listed, SettingsError};

use serde::{Deserialize, Serialize};

/// The settings of a world. Each field that ends in `_ms` is in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From PROVISIONING to RUNNING of a task.
    pub task_start_ms: u64,
    /// From the decision to stop a task to STOPPED.
    pub task_stop_ms: u64,
    /// From RUNNING to the verdict of a container's health check.
    pub health_check_ms: u64,
    /// From the last task that came to run to COMPLETED of a deployment.
    pub steady_ms: u64,
    /// How long each answer takes.
    pub latency_ms: u64,
    /// How much longer an answer may take, by chance.
    pub latency_jitter_ms: u64,
    /// How far back in time Describe, List and Get calls see the world.
    pub read_lag_ms: u64,
    /// How long EC2 refuses calls that name an id it has just given out.
    pub id_lag_ms: u64,
    /// How long a role or policy is unknown to whoever evaluates it.
    pub iam_lag_ms: u64,
    /// How long the network interface of a stopped task stays.
    pub interface_linger_ms: u64,
    /// Reads a second of one service, account and region that are not throttled; 0 for no limit.
    pub read_rate_per_s: u32,
    /// Reads that may come at once.
    pub read_burst: u32,
    /// Writes a second of one service, account and region that are not throttled; 0 for no limit.
    pub write_rate_per_s: u32,
    /// Writes that may come at once.
    pub write_burst: u32,
    /// Whether a call is refused that the caller's policies do not allow.
    pub enforce_iam: bool,
    /// Whether a call is refused that was signed minutes off the clock.
    pub enforce_clock: bool,
    /// How far the clock is ahead of the machine's. It cannot be set back.
    pub clock_ms: u64,
    /// Calls that will fail.
    pub faults: Vec<Fault>,
    /// Tasks that do not simply run; the first script that is about a task decides.
    pub tasks: Vec<Script>,
}

impl Settings {
    /// What becomes of a task that is known by these texts; nothing where it simply runs.
    pub(crate) fn fate<'a>(&self, known_as: impl Iterator<Item = &'a str> + Clone) -> Option<&Fate> {
        self.tasks.iter().find(|script| script.is_about(known_as.clone())).map(|script| &script.fate)
    }
}

impl Default for Settings {
    /// The sizes of the buckets are those of EC2, which take effect with a rate.
    ///
    /// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
    fn default() -> Self {
        Self {
            task_start_ms: 150,
            task_stop_ms: 100,
            health_check_ms: 100,
            steady_ms: 0,
            latency_ms: 0,
            latency_jitter_ms: 0,
            read_lag_ms: 0,
            id_lag_ms: 0,
            iam_lag_ms: 0,
            interface_linger_ms: 0,
            read_rate_per_s: 0,
            read_burst: 100,
            write_rate_per_s: 0,
            write_burst: 50,
            enforce_iam: false,
            enforce_clock: false,
            clock_ms: 0,
            faults: Vec::new(),
            tasks: Vec::new(),
        }
    }
}
