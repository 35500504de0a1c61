//! What the author of a plugin depends on.
//!
//! A plugin offers *stages* and *kinds*. A [`Stage`] turns its section of the configuration into
//! desired resources, purely. A [`Kind`] finds, creates, changes and deletes one sort of resource.
//! The engine compares and orders; a plugin does neither.
//!
//! This crate never imports the engine, the command line or an AWS SDK, and performs no input or output.

mod context;
mod graph;
mod kind;
mod plugin;
mod query;
mod stage;
pub mod wire;

pub use deploy_model as model;
pub use schemars;

pub use context::{Context, Progress};
pub use graph::{Blueprint, Given, Graph};
pub use kind::{AnyKind, BoxFuture, Found, Kind, Made, Purpose, Resource, Scope, Wanted, describe, erase};
pub use plugin::Plugin;
pub use query::{Answer, Answered, Answers, AnyAnswer, ByQuestion, Query};
pub use stage::{AnyStage, Outlook, Stage, StageContext, StageSection};
