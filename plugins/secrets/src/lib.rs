//! The stage `secrets`: parameters of AWS Systems Manager Parameter Store.
//!
//! The configuration declares that a parameter exists, never what it holds. The stage and its kind never read a
//! value; only the commands that are about values do, in [`store`], and hold them as a [`Secret`].

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
