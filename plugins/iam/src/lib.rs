//! The stage `iam`: roles, whom they trust and what they may do.
//!
//! A role's policies are parts of the role, not resources of their own. Policy documents are held in a
//! form in which two documents that mean the same are the same, so that a difference is a difference.

mod config;
mod grant;
pub mod role;
mod role_change;
mod role_reading;
mod stage;
mod template;
mod trust;
mod wide;

pub use config::{Grant, IamSection, PolicySection, RoleSection, StatementSection, StringOrList};
pub use stage::Iam;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

/// The stage and its kind.
pub fn plugin(clients: &Clients) -> Plugin {
    Plugin::new("iam").stage(Iam).kind(role::RoleKind::new(clients))
}
