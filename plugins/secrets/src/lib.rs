//! The stage `secrets`: parameters of AWS Systems Manager Parameter Store.
//!
//! The configuration declares that a parameter exists, never what it holds. This crate never reads a
//! value; the only values that pass through it are on their way in, as a [`Secret`].

mod config;
mod listing;
mod name;
mod ownership;
pub mod parameter;
mod put;
mod secret;
mod stage;
pub mod store;

pub use config::{ParameterSection, ParameterType, SecretsSection};
pub use ownership::Ownership;
pub use parameter::{ParameterInputs, ParameterOutputs};
pub use secret::Secret;
pub use stage::Secrets;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

/// The stage and its kind.
pub fn plugin(clients: &Clients) -> Plugin {
    Plugin::new("secrets").stage(Secrets).kind(parameter::ParameterKind::new(clients))
}
