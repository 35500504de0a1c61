//! The stage `ecs`: an environment's containers, from the image repository to the running service.
//!
//! It refers to what other stages make (roles, subnets, security groups, parameters) by address alone
//! and depends on none of them. It never reads a secret: ECS does, when a task starts.

mod changes;
mod cluster;
mod clusters;
pub mod config;
mod desired;
mod log_group;
mod naming;
mod repository;
pub mod rollouts;
mod running;
mod service;
mod settling;
mod stage;
mod startability;
mod stillness;
mod strategy;
mod tagging;
mod task_definition;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

pub use cluster::ClusterKind;
pub use clusters::Clusters;
pub use log_group::LogGroupKind;
pub use repository::RepositoryKind;
pub use running::running_tasks;
pub use service::{ServiceKind, Wait};
pub use stage::Ecs;
pub use task_definition::TaskDefinitionKind;

/// The stage and its kinds.
pub fn plugin(clients: &Clients) -> Plugin {
    let clusters = Clusters::new(clients);
    Plugin::new("ecs")
        .stage(Ecs)
        .kind(RepositoryKind::new(clients))
        .kind(LogGroupKind::new(clients))
        .kind(ClusterKind::new(clients, &clusters))
        .kind(TaskDefinitionKind::new(clients))
        .kind(ServiceKind::new(clients, &clusters))
}
