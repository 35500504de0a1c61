//! Values for the secrets that the stages declare: nobody is there who would set them.

use deploy_plugin::Blueprint;
use serde_json::Value;

/// The kind of a declared secret.
const SECRET: &str = "secrets.parameter";
/// Its input that says of how many random characters its first value is made, where nobody has set one.
const GENERATE: &str = "generate";
const LENGTH: u16 = 32;

/// Has a value made of every secret that would have none. Without one a plan is blocked.
pub fn fill(blueprint: &mut Blueprint) {
    let secrets = blueprint.desired.values_mut().filter(|desired| desired.address.kind().to_string() == SECRET);
    for inputs in secrets.filter_map(|desired| desired.inputs.as_object_mut()) {
        let generate = inputs.entry(GENERATE).or_insert(Value::Null);
        if generate.is_null() {
            *generate = LENGTH.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use deploy_plugin::model::{Address, Desired, KeyPath};
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_secret_without_a_value_gets_one() {
        let mut blueprint = Blueprint::default();
        for (address, inputs) in [
            ("secrets.parameter.one", json!({ "name": "/one" })),
            ("secrets.parameter.two", json!({ "name": "/two", "generate": 8 })),
            ("audit.parameter.one", json!({ "name": "/one" })),
        ] {
            let address: Address = address.parse().expect("an address");
            let source = KeyPath::root();
            let desired = Desired { address: address.clone(), inputs, source, sources: [].into(), after: Vec::new() };
            blueprint.desired.insert(address, desired);
        }
        fill(&mut blueprint);
        let generated: Vec<&Value> = blueprint.desired.values().map(|desired| &desired.inputs[GENERATE]).collect();
        assert_eq!(generated, [&Value::Null, &json!(32), &json!(8)]);
    }
}
