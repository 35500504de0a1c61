//! What the author of a plugin depends on.
//!
//! A plugin offers *stages* and *kinds*. A [`Stage`] turns its section of the configuration into desired resources, purely.
//! A [`Kind`] finds, creates, changes and deletes one sort of resource. The engine compares and orders; a plugin does
//! neither.
//!
//! The smallest plugin is a stage that composes kinds that others carry; the crate `deploy-kinds` has the types of those that
//! `deploy` does. Its section is a type: the schema, the defaults and the words of `deploy config check` follow from it.
//!
//! ```
//! use deploy_plugin::model::{Finding, KeyPath};
//! use deploy_plugin::schemars::{self, JsonSchema};
//! use deploy_plugin::{Graph, Host, Outlook, Plugin, Resource, Stage, StageContext};
//! use serde::{Deserialize, Serialize};
//!
//! /// A queue: a kind that somebody else carries, as far as this plugin must know it.
//! #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
//! struct Queue {
//!     #[schemars(extend("x-force-new" = true))]
//!     name: String,
//!     retention_days: u32,
//! }
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! struct QueueOutputs {
//!     url: String,
//! }
//!
//! impl Resource for Queue {
//!     const KIND: &'static str = "queues.queue";
//!     type Outputs = QueueOutputs;
//! }
//!
//! /// The section `[audit]`.
//! #[derive(Default, Serialize, Deserialize, JsonSchema)]
//! #[serde(default, deny_unknown_fields)]
//! struct Config {
//!     /// For how many days an event is kept; 0 for none.
//!     retention_days: u32,
//! }
//!
//! struct Audit;
//!
//! impl Stage for Audit {
//!     const NAME: &'static str = "audit";
//!     type Config = Config;
//!
//!     fn desired(&self, config: &Config, cx: &StageContext, graph: &mut Graph) {
//!         if config.retention_days > 0 {
//!             let queue = Queue { name: cx.name("audit"), retention_days: config.retention_days };
//!             graph.add("audit", KeyPath::of(["audit"]), &queue);
//!         }
//!     }
//!
//!     fn check(&self, _: &Config, outlook: &Outlook<'_>) -> Vec<Finding> {
//!         let lost = outlook.plan.changes.iter().filter(|change| change.verb.is_destructive());
//!         lost.map(|change| Finding::warning(change.address.clone(), "is lost, and its events with it")).collect()
//!     }
//! }
//!
//! fn plugin(_host: &Host) -> Plugin {
//!     Plugin::new("audit").stage(Audit)
//! }
//!
//! # use deploy_plugin::model::Owner;
//! # let owner = Owner { application: "shop".into(), environment: "dev".into() };
//! let cx = StageContext { owner, prefix: "shop-dev".into(), tags: Default::default() };
//! let mut graph = Graph::new();
//! Audit.desired(&Config { retention_days: 30 }, &cx, &mut graph);
//! let blueprint = graph.finish().expect("nothing is wrong with it");
//! let (address, queue) = blueprint.all::<Queue>().next().expect("a queue");
//! assert_eq!(address.to_string(), "queues.queue.audit");
//! assert_eq!(queue, Queue { name: "shop-dev-audit".into(), retention_days: 30 });
//! # assert_eq!(plugin(&Host::detached()).stages.len(), 1);
//! ```
//!
//! What a plugin is compiled into decides nothing here: the same [`Plugin`] is part of `deploy` itself, a dynamic library
//! ([`export!`]) or a program ([`serve`](serve::serve)).
//!
//! This crate never imports the engine, the command line or an AWS SDK. It performs no input or output but for the
//! frames of [`serve`](serve::serve); `unsafe` code stands in [`abi`] alone.

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
pub use graph::{Blueprint, ChangedBy, Given, Graph, LONGEST_NAME};
pub use host::{Aws, Host};
pub use kind::{
    AnyKind, BoxFuture, Found, Kind, Made, Misfit, Patience, Purpose, Resource, Scope, Wanted, describe, erase,
};
pub use plugin::Plugin;
pub use query::{Answer, Answered, Answers, AnyAnswer, ByQuestion, Query};
pub use stage::{AnyStage, Methods, Outlook, Stage, StageContext, StageError, StageSection};
