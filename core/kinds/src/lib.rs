//! The inputs and outputs of every kind that `deploy` carries, for whoever composes them.
//!
//! A stage that adds a log group, puts a sidecar into each task definition or looks at the rules of all security groups
//! has to know what such a resource is, and not how AWS is asked for it. What it is stands here: the types, how they are
//! written down, and the annotations that the diff follows ([`KindDescription`](deploy_model::KindDescription)). How one is
//! found, made, changed and deleted stands in its stage's crate, with the AWS SDK that it takes.
//!
//! A module holds the kinds of one stage. A kind is a type of its name, with its outputs beside it:
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use deploy_kinds::ecs::LogGroup;
//! use deploy_plugin::model::{Input, KeyPath};
//! use deploy_plugin::{Graph, Resource};
//!
//! let audit = LogGroup {
//!     name: "/shop/dev/audit".to_owned(),
//!     retention_days: Some(30),
//!     kms_key: None,
//!     tags: BTreeMap::new(),
//! };
//! let mut graph = Graph::new();
//! graph.add("audit", KeyPath::of(["audit", "retention_days"]), &audit);
//!
//! let blueprint = graph.finish().expect("nothing is wrong with it");
//! let (address, found) = blueprint.all::<LogGroup>().next().expect("the one that was added");
//! assert_eq!(address.to_string(), "ecs.log_group.audit");
//! assert_eq!(found, audit);
//! // What another resource takes of it, such as the options of a container's log:
//! let name: Input<String> = LogGroup::output("audit", "name");
//! assert_eq!(name, Input::Reference("ecs.log_group.audit#name".parse().expect("a reference")));
//! ```
//!
//! This crate never imports an AWS SDK, a stage or a stage's configuration, and performs no input or output.

pub mod ecs;
pub mod iam;
pub mod network;
pub mod secrets;
pub mod security;
