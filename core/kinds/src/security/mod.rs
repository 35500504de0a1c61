//! The kind of the stage `security`: security groups and their rules.

mod group;
mod permission;
mod rule;

pub use group::{Group, GroupOutputs};
pub use permission::{NotAPermission, Peer, Permission, PortRange, Protocol};
pub use rule::{Rule, Rules};
