//! UpdateCluster, UpdateClusterSettings and PutClusterCapacityProviders.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>

use super::create::{check_providers, check_settings};
use super::model::{ClusterField, ClusterSetting, active};
use crate::call::Call;
use crate::ecs::launch::{self, CapacityProviderStrategyItem};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The request to change what is given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct UpdateCluster {
    cluster: String,
    #[serde(default)]
    settings: Vec<ClusterSetting>,
    configuration: Option<Value>,
    service_connect_defaults: Option<Value>,
}

/// The request to change settings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct UpdateClusterSettings {
    cluster: String,
    settings: Vec<ClusterSetting>,
}

/// The request to replace capacity providers and strategy.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct PutClusterCapacityProviders {
    cluster: String,
    capacity_providers: Vec<String>,
    default_capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
}

/// Changes the parts that the request brings.
pub(in crate::ecs) fn update_cluster(call: &mut Call<'_>, request: UpdateCluster) -> Result<Value, ApiError> {
    check_settings(&request.settings)?;
    let cluster = active(call, Some(&request.cluster))?;
    set(&mut cluster.settings, &request.settings);
    if request.configuration.is_some() {
        cluster.configuration = request.configuration;
    }
    if request.service_connect_defaults.is_some() {
        cluster.service_connect_defaults = request.service_connect_defaults;
    }
    shown(call, &request.cluster)
}

/// Changes the settings.
pub(in crate::ecs) fn update_cluster_settings(
    call: &mut Call<'_>,
    request: &UpdateClusterSettings,
) -> Result<Value, ApiError> {
    check_settings(&request.settings)?;
    let cluster = active(call, Some(&request.cluster))?;
    set(&mut cluster.settings, &request.settings);
    shown(call, &request.cluster)
}

/// Replaces the capacity providers and the default strategy. A provider that a service uses cannot go.
pub(in crate::ecs) fn put_cluster_capacity_providers(
    call: &mut Call<'_>,
    request: PutClusterCapacityProviders,
) -> Result<Value, ApiError> {
    check_providers(&request.capacity_providers)?;
    launch::check_strategy(&request.default_capacity_provider_strategy, &request.capacity_providers)?;
    let cluster = active(call, Some(&request.cluster))?;
    let in_use = cluster
        .services
        .values()
        .filter(|service| service.is_live())
        .flat_map(|service| &service.launch.capacity_provider_strategy)
        .any(|item| !request.capacity_providers.contains(&item.capacity_provider));
    if in_use {
        return Err(ApiError::client(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        ));
    }
    cluster.capacity_providers = request.capacity_providers;
    cluster.default_capacity_provider_strategy = request.default_capacity_provider_strategy;
    shown(call, &request.cluster)
}

fn set(settings: &mut Vec<ClusterSetting>, changes: &[ClusterSetting]) {
    for change in changes {
        settings.retain(|setting| setting.name != change.name);
        settings.push(change.clone());
    }
}

fn shown(call: &mut Call<'_>, reference: &str) -> Result<Value, ApiError> {
    let include = BTreeSet::from([ClusterField::Settings, ClusterField::Tags, ClusterField::Configurations]);
    let cluster = active(call, Some(reference))?.clone();
    Ok(json!({ "cluster": cluster.shown(call, &include) }))
}
