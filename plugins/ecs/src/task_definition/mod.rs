//! `ecs.task_definition`: what a task consists of.

mod kind;
mod reading;
mod secret_versions;
mod writing;

pub use kind::TaskDefinitionKind;
