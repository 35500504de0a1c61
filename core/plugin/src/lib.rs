//! What the author of a plugin depends on.
//!
//! A plugin offers *stages* and *kinds*. A [`Stage`] turns its section of the configuration into
//! desired resources, purely. A [`Kind`] finds, creates, changes and deletes one sort of resource.
//! The engine compares and orders; a plugin does neither.
//!
//! What a plugin is compiled into decides nothing here: the same [`Plugin`] is part of `deploy` itself, a dynamic library
//! ([`export!`]) or a program ([`serve`]).
//!
//! This crate never imports the engine, the command line or an AWS SDK. It performs no input or output but for the
//! frames of [`serve`]; `unsafe` code stands in [`abi`] alone.

pub mod abi;
mod context;
mod graph;
mod host;
mod kind;
pub mod manifest;
mod plugin;
mod query;
pub mod serve;
mod stage;
pub mod wire;

pub use deploy_model as model;
pub use schemars;

pub use context::{Context, Listener, Said};
pub use graph::{Blueprint, Given, Graph};
pub use host::{Aws, Host};
pub use kind::{AnyKind, BoxFuture, Found, Kind, Made, Misfit, Purpose, Resource, Scope, Wanted, describe, erase};
pub use plugin::Plugin;
pub use query::{Answer, Answered, Answers, AnyAnswer, ByQuestion, Query};
pub use stage::{AnyStage, Outlook, Stage, StageContext, StageError, StageSection};
