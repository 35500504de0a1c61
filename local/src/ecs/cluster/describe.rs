//! DescribeClusters and ListClusters.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html>

use super::model::{ClusterField, ClusterStatus};
use crate::call::Call;
use crate::ecs::{arn, invalid, page_of_arns};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Clusters in one request.
const MAX_CLUSTERS: usize = 100;

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DescribeClusters {
    #[serde(default)]
    clusters: Vec<String>,
    #[serde(default)]
    include: BTreeSet<ClusterField>,
}

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListClusters {
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Describes clusters, the default one if none is named. Those that are not there are failures, not errors.
pub(in crate::ecs) fn describe_clusters(call: &mut Call<'_>, request: &DescribeClusters) -> Result<Value, ApiError> {
    if request.clusters.len() > MAX_CLUSTERS {
        return Err(invalid("Clusters cannot have more than 100 elements."));
    }
    let default = ["default".to_owned()];
    let wanted = if request.clusters.is_empty() { &default[..] } else { &request.clusters };
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for reference in wanted {
        let name = arn::name(call, "cluster", reference).unwrap_or(reference).to_owned();
        match call.region().ecs.clusters.get(&name).cloned() {
            Some(cluster) => clusters.push(cluster.shown(call, &request.include)),
            None => {
                let arn = if reference.starts_with("arn:") { reference.clone() } else { arn::cluster(call, &name) };
                failures.push(json!({ "arn": arn, "reason": "MISSING" }));
            }
        }
    }
    Ok(json!({ "clusters": clusters, "failures": failures }))
}

/// The ARNs of the clusters that were not deleted.
pub(in crate::ecs) fn list_clusters(call: &mut Call<'_>, request: &ListClusters) -> Result<Value, ApiError> {
    let active = call.region().ecs.clusters.values().filter(|cluster| cluster.status == ClusterStatus::Active);
    let names: Vec<String> = active.map(|cluster| cluster.name.clone()).collect();
    let arns = names.iter().map(|name| arn::cluster(call, name)).collect();
    page_of_arns("clusterArns", arns, request.max_results, request.next_token.as_deref())
}
