//! Collects the plugins of a run.
//!
//! Refuses two that claim the same section or kind, and puts a fence around each kind, so that a panic
//! in a plugin is a failed step and not the end of the deployment. The only crate that will ever load
//! code: today every plugin is compiled in. It knows no AWS and prints nothing.

mod fence;
mod registry;

pub use fence::fenced;
pub use registry::{Clash, Registry};
