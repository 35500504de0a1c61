//! Resources: as the configuration wants them, and as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Address, KeyPath};

/// A resource as the configuration wants it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// Its address.
    pub address: Address,
    /// What it shall be: an object of the kind's input schema, references still open.
    pub inputs: Value,
    /// The configuration key that asks for it, for `file:line`.
    pub source: KeyPath,
    /// Inputs whose configuration key is not `source` followed by the input's own path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<KeyPath, KeyPath>,
    /// Resources that must be in place first although no input names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Address>,
}

/// A resource as it is, found or just made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The address its tags give it.
    pub address: Address,
    /// The service's own id: `vpc-0a1b…`, an ARN, a name.
    pub id: String,
    /// What it is, in the terms of the kind's input schema.
    pub inputs: Value,
    /// What others may refer to.
    pub outputs: Value,
}

impl Live {
    /// The value of one output, if the resource has it.
    pub fn output(&self, name: &str) -> Option<&Value> {
        self.outputs.get(name).filter(|value| !value.is_null())
    }
}

impl Desired {
    /// The configuration key behind an input: the nearest entry of `sources`, else `source` and the path.
    pub fn source_of(&self, field: &KeyPath) -> KeyPath {
        let mut candidate = Some(field.clone());
        while let Some(path) = candidate {
            if let Some(source) = self.sources.get(&path) {
                let rest = KeyPath::of(field.segments()[path.segments().len()..].iter().cloned());
                return source.join(&rest);
            }
            candidate = path.parent();
        }
        self.source.join(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_source_wins() {
        let path = |text: &str| text.parse::<KeyPath>().expect("a path");
        let desired = Desired {
            address: "network.vpc.main".parse().expect("an address"),
            inputs: Value::Null,
            source: path("network"),
            sources: BTreeMap::from([(path("cidr"), path("network.vpc_cidr"))]),
            after: Vec::new(),
        };
        assert_eq!(desired.source_of(&path("cidr")), path("network.vpc_cidr"));
        assert_eq!(desired.source_of(&path("tags.Name")), path("network.tags.Name"));
    }
}
