//! CreateCluster.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>

use super::model::{Cluster, ClusterField, ClusterSetting, ClusterStatus};
use crate::call::Call;
use crate::ecs::invalid;
use crate::ecs::launch::{self, CapacityProviderStrategyItem, FARGATE_PROVIDERS};
use crate::ecs::tags::{self, Tag};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct CreateCluster {
    cluster_name: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    settings: Vec<ClusterSetting>,
    configuration: Option<Value>,
    #[serde(default)]
    capacity_providers: Vec<String>,
    #[serde(default)]
    default_capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    service_connect_defaults: Option<Value>,
}

/// Creates the cluster. One that is there already is returned as it is, whatever the request says.
pub(in crate::ecs) fn create_cluster(call: &mut Call<'_>, request: CreateCluster) -> Result<Value, ApiError> {
    let name = request.cluster_name.clone().unwrap_or_else(|| "default".to_owned());
    check_name(&name)?;
    check_settings(&request.settings)?;
    check_providers(&request.capacity_providers)?;
    launch::check_strategy(&request.default_capacity_provider_strategy, &request.capacity_providers)?;
    let tags = tags::checked(&request.tags)?;
    let include = BTreeSet::from([ClusterField::Settings, ClusterField::Tags, ClusterField::Configurations]);
    let existing = call.region().ecs.clusters.get(&name).cloned();
    if let Some(cluster) = existing.filter(|cluster| cluster.status == ClusterStatus::Active) {
        return Ok(json!({ "cluster": cluster.shown(call, &include) }));
    }
    let cluster = Cluster {
        name: name.clone(),
        status: ClusterStatus::Active,
        settings: with_defaults(request.settings),
        configuration: request.configuration,
        service_connect_defaults: request.service_connect_defaults,
        capacity_providers: request.capacity_providers,
        default_capacity_provider_strategy: request.default_capacity_provider_strategy,
        tags,
        services: BTreeMap::new(),
        tasks: Vec::new(),
    };
    let reply = json!({ "cluster": cluster.shown(call, &include) });
    call.region().ecs.clusters.insert(name, cluster);
    Ok(reply)
}

/// "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed."
fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    match (1..=255).contains(&name.len()) && name.chars().all(allowed) {
        true => Ok(()),
        false => Err(invalid("Cluster name contains invalid characters or has more than 255 of them.")),
    }
}

/// Checks names and values of settings.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html>
pub(super) fn check_settings(settings: &[ClusterSetting]) -> Result<(), ApiError> {
    for setting in settings {
        if setting.name != "containerInsights" {
            return Err(invalid(format!("Setting name {} is not valid.", setting.name)));
        }
        if !matches!(setting.value.as_str(), "enabled" | "enhanced" | "disabled") {
            return Err(invalid(format!("Invalid value for setting containerInsights: {}", setting.value)));
        }
    }
    Ok(())
}

/// Checks that capacity providers exist. The two of Fargate always do; there are no others here.
pub(super) fn check_providers(providers: &[String]) -> Result<(), ApiError> {
    match providers.iter().find(|provider| !FARGATE_PROVIDERS.contains(&provider.as_str())) {
        Some(provider) => Err(invalid(format!("The specified capacity provider was not found: {provider}"))),
        None => Ok(()),
    }
}

/// Every cluster has the setting; the account's default is `disabled`.
fn with_defaults(mut settings: Vec<ClusterSetting>) -> Vec<ClusterSetting> {
    if settings.is_empty() {
        settings.push(ClusterSetting { name: "containerInsights".to_owned(), value: "disabled".to_owned() });
    }
    settings
}
