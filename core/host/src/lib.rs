//! Runs the plugins of a project.
//!
//! Refuses two that claim the same, and puts a fence around each that is built in, so that a panic is a failed step and
//! not the end of the deployment. Those that are not built in run in processes of their own: started from the bytes that
//! were approved and from no others ([`trust`](LockFile)), asked over pipes, ended where they do not answer. None of
//! their code is loaded here. It knows no AWS and prints nothing.

mod child;
mod fence;
mod leftovers;
mod plugins;
mod redaction;
mod registry;
mod remote;
mod services;
mod trust;

pub use child::Command;
pub use fence::{fenced, fenced_stage};
pub use leftovers::end_plugins;
pub use plugins::Plugins;
pub use registry::{Clash, PluginName, Registry};
pub use remote::{Remote, StartError};
pub use services::{LogLine, LogSink, Services};
pub use trust::{
    Artefact, Candidate, LOCK_FILE, LockError, LockFile, LockedFile, LockedPlugin, Misbuilt, Untrusted, platform,
    program_platform, read_text, sha256_of,
};
