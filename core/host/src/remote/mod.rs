//! Plugins behind the border, as the engine sees them: the same stages and kinds as those that are built in.

mod attribution;
mod introduction;
mod kind;
mod offer;
mod plugin;
mod stage;

pub use introduction::StartError;
pub use plugin::{Remote, Verified};
