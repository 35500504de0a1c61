//! `[ecs.cluster]` as a desired resource, and what a strategy must fulfil.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Cluster, Strategy, StrategyItem};
use deploy_model::{KeyPath, Problem};
use deploy_plugin::{Graph, StageContext};

use super::name;
use crate::config::{ClusterConfig, EcsConfig, StrategyConfig};

/// The key under which the one cluster of an environment is known.
pub(super) const KEY: &str = "main";

/// Adds the cluster, if there is a service to run in it or a table that asks for it.
pub(crate) fn add(config: &EcsConfig, cx: &StageContext, graph: &mut Graph) {
    if config.cluster.is_none() && config.services.is_empty() {
        return;
    }
    let source = KeyPath::of(["ecs", "cluster"]);
    let cluster = of(config);
    let inputs = inputs(&cluster, cx);
    name::ecs("cluster").check(&inputs.name, source.child("name"), graph);
    let given = cluster.default_capacity_provider_strategy.unwrap_or_default();
    check_strategy(&given, &cluster.capacity_providers, &source.child("default_capacity_provider_strategy"), graph);
    let _ = graph.add(KEY, source, &inputs);
}

/// The cluster's settings, with the defaults where the file has none.
pub(super) fn of(config: &EcsConfig) -> ClusterConfig {
    config.cluster.clone().unwrap_or_default()
}

fn inputs(cluster: &ClusterConfig, cx: &StageContext) -> Cluster {
    let name = cx.expand(&cluster.name);
    let first = || cluster.capacity_providers.first().map(|first| (first.clone(), StrategyConfig::default()));
    let given = cluster.default_capacity_provider_strategy.clone();
    Cluster {
        container_insights: cluster.container_insights.as_str().to_owned(),
        capacity_providers: cluster.capacity_providers.clone(),
        default_capacity_provider_strategy: strategy(&given.unwrap_or_else(|| first().into_iter().collect())),
        tags: cx.tags.clone(),
        name,
    }
}

/// A strategy in the terms of the inputs.
pub(super) fn strategy(config: &BTreeMap<String, StrategyConfig>) -> Strategy {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let item = |item: &StrategyConfig| StrategyItem { weight: number(item.weight), base: number(item.base) };
    config.iter().map(|(provider, config)| (provider.clone(), item(config))).collect()
}

/// Reports what AWS does not allow in a strategy.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html>
pub(super) fn check_strategy(
    strategy: &BTreeMap<String, StrategyConfig>,
    providers: &[String],
    path: &KeyPath,
    graph: &mut Graph,
) {
    for provider in strategy.keys().filter(|provider| !providers.contains(provider)) {
        let message = format!("the cluster has no capacity provider `{provider}`");
        let help = format!("add it to `ecs.cluster.capacity_providers`, which has {}", listed(providers));
        graph.problem(Problem::new(path.child(provider), message).help(help));
    }
    if strategy.len() > 1 && strategy.values().all(|item| item.weight == 0) {
        let problem = Problem::new(path.clone(), "no capacity provider has a weight above 0, so none would be used");
        graph.problem(problem.help("give at least one a `weight`"));
    }
    let mut with_base = strategy.iter().filter(|(_, item)| item.base > 0).map(|(provider, _)| provider);
    if let (Some(first), Some(second)) = (with_base.next(), with_base.next()) {
        let message = format!("only one capacity provider may have a base, and `{first}` has one");
        graph.problem(Problem::new(path.child(second).child("base"), message));
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}
