//! The kind of the stage `security`: security groups and their rules.
//!
//! A rule has no life of its own: it is an attribute of its group, known by what it says.

mod group;
mod permission;
mod rule;

pub use group::{Group, GroupOutputs};
pub use permission::{NotAPermission, Peer, Permission, PortRange, Protocol};
pub use rule::{Rule, Rules};
