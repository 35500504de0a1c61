//! What the stages desire, as data: the whole of it, what one stage adds, and what one stage changes.

use deploy_model::{Address, Desired, KeyPath, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Blueprint, Given, Graph, Query};

/// A [`Blueprint`] as a message carries it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlueprintData {
    /// The resources to be.
    #[serde(default)]
    pub desired: Vec<Desired>,
    /// Resources that exist already and belong to others.
    #[serde(default)]
    pub given: Vec<GivenResource>,
    /// Questions about what belongs to others.
    #[serde(default)]
    pub queries: Vec<QueryFrom>,
}

/// A resource that exists already and belongs to others, with its address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenResource {
    /// Its address.
    pub address: Address,
    /// What others may refer to.
    pub outputs: Value,
    /// The configuration key that says so.
    pub source: KeyPath,
}

/// A question, with the configuration key that raises it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryFrom {
    /// The question.
    #[serde(flatten)]
    pub query: Query,
    /// The configuration key.
    pub source: KeyPath,
}

/// What one stage desires.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// What it adds.
    #[serde(flatten)]
    pub blueprint: BlueprintData,
    /// What is wrong with its section.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// What one stage changes of what all desire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// What is new or different.
    #[serde(flatten)]
    pub put: BlueprintData,
    /// What is no longer desired.
    #[serde(default)]
    pub removed: Vec<Address>,
    /// What stands in the way.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl From<Blueprint> for BlueprintData {
    fn from(blueprint: Blueprint) -> Self {
        let given = |(address, Given { outputs, source })| GivenResource { address, outputs, source };
        Self {
            desired: blueprint.desired.into_values().collect(),
            given: blueprint.given.into_iter().map(given).collect(),
            queries: blueprint.queries.into_iter().map(|(query, source)| QueryFrom { query, source }).collect(),
        }
    }
}

impl From<BlueprintData> for Blueprint {
    fn from(data: BlueprintData) -> Self {
        let given = |GivenResource { address, outputs, source }| (address, Given { outputs, source });
        Self {
            desired: data.desired.into_iter().map(|desired| (desired.address.clone(), desired)).collect(),
            given: data.given.into_iter().map(given).collect(),
            queries: data.queries.into_iter().map(|QueryFrom { query, source }| (query, source)).collect(),
            // A message says nothing of it: only the engine knows who has changed what.
            ..Self::default()
        }
    }
}

impl Contribution {
    /// What was collected in a graph of its own.
    pub fn of(graph: Graph) -> Self {
        let (blueprint, problems) = graph.into_parts();
        Self { blueprint: blueprint.into(), problems }
    }

    /// Adds it to what the other stages desire.
    pub fn add_to(self, graph: &mut Graph) {
        for desired in self.blueprint.desired {
            graph.place(desired);
        }
        for GivenResource { address, outputs, source } in self.blueprint.given {
            graph.given(address, source, outputs);
        }
        for QueryFrom { query, source } in self.blueprint.queries {
            graph.query(&query.kind, &query.text, source);
        }
        self.problems.into_iter().for_each(|problem| graph.problem(problem));
    }
}

impl Changes {
    /// What leads from one blueprint to another.
    pub fn between(before: &Blueprint, after: Blueprint) -> Self {
        let removed = before.desired.keys().filter(|address| !after.desired.contains_key(address)).cloned().collect();
        let mut put = after;
        put.desired.retain(|address, desired| before.desired.get(address) != Some(desired));
        put.given.retain(|address, given| before.given.get(address) != Some(given));
        put.queries.retain(|query, source| before.queries.get(query) != Some(source));
        Self { put: put.into(), removed, problems: Vec::new() }
    }

    /// Changes a blueprint.
    ///
    /// # Errors
    /// What stands in the way; the blueprint is then as it was.
    pub fn apply_to(self, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let put = Blueprint::from(self.put);
        self.removed.iter().for_each(|address| drop(blueprint.desired.remove(address)));
        blueprint.desired.extend(put.desired);
        blueprint.given.extend(put.given);
        blueprint.queries.extend(put.queries);
        Ok(())
    }
}
