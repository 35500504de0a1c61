//! The stage `security`: security groups and their rules.
//!
//! A rule has no life of its own: it is an attribute of its group, known by what it says. This crate
//! decides nothing about order or retries, and never prints.

mod config;
mod exposure;
mod group;
mod quota;
mod rule_calls;
mod rules;
mod stage;
mod text;

pub use config::{Config, GroupConfig, ProtocolName, RuleConfig};
pub use group::GroupKind;
pub use stage::Security;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

/// The stage and its kind.
pub fn plugin(clients: &Clients) -> Plugin {
    Plugin::new("security").stage(Security).kind(GroupKind::new(clients))
}
