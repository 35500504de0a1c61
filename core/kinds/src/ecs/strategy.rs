//! A capacity provider strategy: how tasks are spread over capacity providers.

use std::collections::BTreeMap;

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
