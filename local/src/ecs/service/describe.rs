//! DescribeServices and ListServices.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html>

use super::create::SchedulingStrategy;
use super::model::{Service, ServiceStatus};
use crate::call::Call;
use crate::ecs::launch::LaunchType;
use crate::ecs::{arn, cluster, invalid, page_of_arns};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Services in one request to describe.
const MAX_SERVICES: usize = 10;
/// Services on a page whose size was not asked for.
const DEFAULT_RESULTS: usize = 10;

/// The request to describe.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ecs) struct DescribeServices {
    cluster: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    include: BTreeSet<ServiceField>,
}

/// The optional parts of a description.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum ServiceField {
    Tags,
}

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListServices {
    cluster: Option<String>,
    launch_type: Option<LaunchType>,
    scheduling_strategy: Option<SchedulingStrategy>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Describes services, those deleted too. Those that are not there are failures, not errors.
pub(in crate::ecs) fn describe_services(call: &mut Call<'_>, request: &DescribeServices) -> Result<Value, ApiError> {
    match request.services.len() {
        0 => return Err(invalid("Services cannot be empty.")),
        1..=MAX_SERVICES => {}
        _ => return Err(invalid(format!("Services cannot have more than {MAX_SERVICES} elements."))),
    }
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for reference in &request.services {
        let name = arn::name(call, "service", reference).unwrap_or(reference);
        match cluster.services.get(name) {
            Some(service) if request.include.contains(&ServiceField::Tags) => {
                services.push(service.shown_with_tags(call, &cluster));
            }
            Some(service) => services.push(service.shown(call, &cluster)),
            None => failures.push(json!({ "arn": arn::service(call, &cluster.name, name), "reason": "MISSING" })),
        }
    }
    Ok(json!({ "services": services, "failures": failures }))
}

/// The ARNs of the active services; those that drain are no longer listed.
pub(in crate::ecs) fn list_services(call: &mut Call<'_>, request: &ListServices) -> Result<Value, ApiError> {
    let cluster = cluster::active(call, request.cluster.as_deref())?.clone();
    let matches = |service: &&Service| {
        service.status == ServiceStatus::Active
            && request.launch_type.is_none_or(|wanted| service.launch.launch_type == Some(wanted))
            && request.scheduling_strategy != Some(SchedulingStrategy::Daemon)
    };
    let services = cluster.services.values().filter(matches);
    let arns = services.map(|service| arn::service(call, &cluster.name, &service.name)).collect();
    let max = request.max_results.or(Some(DEFAULT_RESULTS));
    page_of_arns("serviceArns", arns, max, request.next_token.as_deref())
}
