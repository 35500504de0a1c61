//! DeleteCluster: only an empty cluster goes, and it stays visible as INACTIVE.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html>

use super::model::{ClusterStatus, active};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ecs) struct DeleteCluster {
    cluster: String,
}

/// Deletes the cluster if no service and no task is left on it.
pub(in crate::ecs) fn delete_cluster(call: &mut Call<'_>, request: &DeleteCluster) -> Result<Value, ApiError> {
    let cluster = active(call, Some(&request.cluster))?;
    if cluster.services.values().any(|service| service.is_live()) {
        return Err(ApiError::client(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    if cluster.tasks.iter().any(|task| !task.is_stopped()) {
        return Err(ApiError::client(
            "ClusterContainsTasksException",
            "The Cluster cannot be deleted while Tasks are active.",
        ));
    }
    cluster.status = ClusterStatus::Inactive;
    let deleted = cluster.clone();
    Ok(json!({ "cluster": deleted.shown(call, &BTreeSet::new()) }))
}
