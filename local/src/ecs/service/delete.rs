//! DeleteService: ACTIVE → DRAINING → INACTIVE.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html>

use super::model::{self, ServiceStatus};
use crate::call::Call;
use crate::ecs::{arn, cluster, invalid};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ecs) struct DeleteService {
    cluster: Option<String>,
    service: String,
    #[serde(default)]
    force: bool,
}

/// Begins to delete the service. It must be scaled to 0 first, or forced.
pub(in crate::ecs) fn delete_service(call: &mut Call<'_>, request: &DeleteService) -> Result<Value, ApiError> {
    let name = arn::name(call, "service", &request.service).ok_or_else(model::not_found)?.to_owned();
    let now = call.now;
    let cluster = cluster::active(call, request.cluster.as_deref())?;
    // The operation has no `ServiceNotActiveException`: what is no longer active is no longer found.
    let service = model::active(cluster, &name).map_err(|_| model::not_found())?;
    if service.desired_count > 0 && !request.force {
        return Err(invalid("The service cannot be stopped while it is scaled above 0."));
    }
    service.status = ServiceStatus::Draining;
    service.desired_count = 0;
    for deployment in &mut service.deployments {
        deployment.desired_count = 0;
        deployment.updated_at = now;
    }
    service.check_at(now);
    let (service, cluster) = (service.clone(), cluster.clone());
    Ok(json!({ "service": service.shown_with_tags(call, &cluster) }))
}
