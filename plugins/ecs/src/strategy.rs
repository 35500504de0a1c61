//! A capacity provider strategy: how tasks are spread over capacity providers.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::CapacityProviderStrategyItem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A strategy, by capacity provider. AWS keeps a list in which order means nothing.
pub type Strategy = BTreeMap<String, StrategyItem>;

/// A capacity provider's share of the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StrategyItem {
    /// Its share of the tasks beyond `base`.
    pub weight: i32,
    /// How many tasks it gets before any weight counts.
    pub base: i32,
}

/// The strategy as ECS takes it.
pub(crate) fn to_ecs(strategy: &Strategy) -> Vec<CapacityProviderStrategyItem> {
    let item = |(provider, item): (&String, &StrategyItem)| {
        let builder = CapacityProviderStrategyItem::builder().capacity_provider(provider);
        builder.weight(item.weight).base(item.base).build().expect("a strategy item names its provider")
    };
    strategy.iter().map(item).collect()
}

/// The strategy as ECS gives it.
pub(crate) fn from_ecs(strategy: Option<Vec<CapacityProviderStrategyItem>>) -> Strategy {
    let item = |item: CapacityProviderStrategyItem| {
        (item.capacity_provider, StrategyItem { weight: item.weight, base: item.base })
    };
    strategy.unwrap_or_default().into_iter().map(item).collect()
}
