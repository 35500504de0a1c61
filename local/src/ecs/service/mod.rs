//! Services: tasks that are kept running, and replaced revision by revision.

mod create;
mod delete;
mod deployment;
mod describe;
mod model;
mod options;
mod service_deployment;
mod service_revision;
mod update;

pub use deployment::{Deployment, DeploymentStatus, RolloutState};
pub use model::{Service, ServiceStatus};
pub use options::{CircuitBreaker, DeploymentConfiguration, PropagateTags, Strategy, Threshold, ThresholdType};
pub use service_deployment::{Rollback, ServiceDeployment, ServiceDeploymentStatus};
pub use service_revision::ServiceRevision;

pub(super) use create::create_service;
pub(super) use delete::delete_service;
pub(super) use describe::{describe_services, list_services};
pub(super) use model::not_found;
pub(super) use service_deployment::{describe_service_deployments, list_service_deployments, stop_service_deployment};
pub(super) use service_revision::describe_service_revisions;
pub(super) use update::update_service;
