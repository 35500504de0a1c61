//! Whether a value has the parts that variables read of it. Nothing but the command that sets a value can tell: a plan
//! never reads one.

use std::collections::BTreeSet;

use deploy_kinds::ecs::TaskDefinition;
use deploy_secrets::Secret;
use serde_json::{Map, Value};

use super::origin::Origin;
use super::vault::{Declared, Vault};

impl Vault {
    /// A line for each key that some variable reads of a secret and that its value has not.
    pub fn missing_parts(&self, declared: &Declared, value: &Secret) -> String {
        let object: Option<Map<String, Value>> = serde_json::from_str(value.expose()).ok();
        let has = |key: &String| object.as_ref().is_some_and(|object| object.contains_key(key));
        let keys = self.keys_read(declared).into_iter();
        let line = |key: String| {
            let name = declared.key();
            format!("a container reads the key `{key}` of {name}, which this value has not: no new task can start\n")
        };
        keys.filter(|key| !has(key)).map(line).collect()
    }

    fn keys_read(&self, declared: &Declared) -> BTreeSet<String> {
        let definitions = self.intended.blueprint.all().map(|(_, inputs): (_, TaskDefinition)| inputs);
        let containers = definitions.flat_map(|definition| definition.containers.into_values());
        let sources = containers.flat_map(|container| container.secrets.into_values());
        let here = self.here();
        sources
            .filter_map(|from| Origin::of(&from, std::slice::from_ref(declared), &here))
            .filter_map(|origin| origin.json_key.filter(|_| origin.place == declared.place()))
            .collect()
    }
}
