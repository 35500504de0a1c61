//! Whether a value has the parts that variables read of it. Nothing but the command that sets a value can tell: a plan
//! never reads one.

use std::collections::BTreeSet;

use deploy_ecs::TaskDefinitionInputs;
use deploy_model::{Input, Part};
use deploy_plugin::Resource;
use deploy_secrets::Secret;
use serde_json::{Map, Value};

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
        let definitions = self.intended.blueprint.desired.values();
        let definitions =
            definitions.filter(|desired| desired.address.kind().to_string() == TaskDefinitionInputs::KIND);
        let inputs = definitions.filter_map(|desired| serde_json::from_value(desired.inputs.clone()).ok());
        let containers = inputs.flat_map(|inputs: TaskDefinitionInputs| inputs.containers.into_values());
        let origins = containers.flat_map(|container| container.secrets.into_values());
        origins.filter_map(|from| key_of(declared, &from)).collect()
    }
}

/// The key that is read of the secret, if it is this one and not read as a whole.
fn key_of(declared: &Declared, from: &Input<String>) -> Option<String> {
    let Input::Text(parts) = from else { return None };
    let [Part::Reference(reference), Part::Fixed(suffix)] = parts.as_slice() else { return None };
    (reference.address == declared.address).then(|| suffix.split(':').nth(1).map(str::to_owned))?
}
