//! The kinds of the stage `ecs`: an environment's containers, from the image repository to the running service.
//!
//! They are what the diff compares: whatever AWS lists by name is a map here.

mod cluster;
mod container;
mod image;
mod log_group;
mod repository;
mod service;
mod strategy;
mod task_definition;

pub use cluster::{Cluster, ClusterOutputs};
pub use container::{Container, HealthCheck, Log, Port, Ulimit};
pub use image::ImageName;
pub use log_group::{LogGroup, LogGroupOutputs};
pub use repository::{Repository, RepositoryOutputs};
pub use service::{CircuitBreaker, LOG_TAIL_LINES, RolloutState, Service, ServiceOutputs};
pub use strategy::{Strategy, StrategyItem};
pub use task_definition::{TaskDefinition, TaskDefinitionOutputs};
