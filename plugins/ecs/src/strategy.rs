//! A capacity provider strategy, to and from the form in which ECS has it.

use deploy_aws::ecs::types::CapacityProviderStrategyItem;
use deploy_kinds::ecs::{Strategy, StrategyItem};

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
