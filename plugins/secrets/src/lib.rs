//! The stage `secrets`: parameters of AWS Systems Manager Parameter Store, and secrets of AWS Secrets Manager.
//!
//! What either is called in the configuration is a *parameter*; where its value lives is its *store*.
//!
//! The configuration declares that a parameter exists, never what it holds. The stage and its kind never read a
//! value; only the commands that are about values do, in [`store`], and hold them as a [`Secret`].

mod backend;
mod config;
mod key;
mod listed;
mod name;
pub mod parameter;
mod parameter_store;
mod question;
mod secret;
mod secrets_manager;
mod stage;
pub mod store;

pub use config::{ParameterSection, ParameterType, SecretsSection};
pub use secret::Secret;
pub use stage::Secrets;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

/// The stage and its kinds.
pub fn plugin(clients: &Clients) -> Plugin {
    Plugin::new("secrets").stage(Secrets).kind(parameter::ParameterKind::new(clients)).kind(key::KeyKind::new(clients))
}
