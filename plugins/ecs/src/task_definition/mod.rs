//! `ecs.task_definition`: what a task consists of.

mod container;
mod inputs;
mod kind;
mod reading;
mod secret_versions;
mod writing;

pub use container::{Container, HealthCheck, Log, Port, Ulimit};
pub use inputs::{TaskDefinitionInputs, TaskDefinitionOutputs};
pub use kind::TaskDefinitionKind;
