//! Task definitions: families of numbered, unchangeable revisions.

mod attributes;
mod container;
mod describe;
mod fargate;
mod model;
mod register;
mod retire;
mod rules;
mod words;

pub use container::{ContainerDefinition, LogConfiguration, SecretReference};
pub use model::TaskDefinition;

pub(super) use describe::{describe_task_definition, list_task_definition_families, list_task_definitions};
pub(super) use model::{by_arn, runnable};
pub(super) use register::register_task_definition;
pub(super) use retire::{delete_task_definitions, deregister_task_definition};
