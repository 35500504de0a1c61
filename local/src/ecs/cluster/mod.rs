//! Clusters.

mod change;
mod create;
mod delete;
mod describe;
mod model;

pub use model::Cluster;

pub(super) use change::{put_cluster_capacity_providers, update_cluster, update_cluster_settings};
pub(super) use create::create_cluster;
pub(super) use delete::delete_cluster;
pub(super) use describe::{describe_clusters, list_clusters};
pub(super) use model::active;
