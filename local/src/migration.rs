//! Worlds that an earlier version of this program wrote, brought to the layout of this one, step by step.
//!
//! Whoever changes the layout raises [`VERSION`] and adds the step from the version before; the array's length holds
//! them to it. A step sees plain JSON: the types of the time are gone.

use crate::world::VERSION;
use serde_json::Value;

/// Changes a world of one version into a world of the next.
type Step = fn(&mut Value);

/// The step at `n` leads from version `n + 1` to version `n + 2`.
const STEPS: [Step; VERSION as usize - 1] = [];

/// Brings a world of any earlier version to this one.
///
/// # Errors
/// The version of the world, if it is no earlier one.
pub(crate) fn migrate(world: &mut Value) -> Result<(), u64> {
    through(&STEPS, world)
}

fn through(steps: &[Step], world: &mut Value) -> Result<(), u64> {
    let found = world["version"].as_u64().unwrap_or(0);
    let newest = steps.len() as u64 + 1;
    if !(1..=newest).contains(&found) {
        return Err(found);
    }
    for version in found..newest {
        steps[version as usize - 1](world);
        world["version"] = Value::from(version + 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Step, through};
    use serde_json::{Value, json};

    const STEPS: [Step; 2] = [
        |world| world["names"] = json!([world["name"].clone()]),
        |world| world["count"] = json!(world["names"].as_array().map_or(0, Vec::len)),
    ];

    fn migrated(mut world: Value) -> Result<Value, u64> {
        through(&STEPS, &mut world).map(|()| world)
    }

    #[test]
    fn every_step_from_its_version_on_is_taken_once() {
        let first = migrated(json!({ "version": 1, "name": "a" })).expect("known");
        assert_eq!(first, json!({ "version": 3, "name": "a", "names": ["a"], "count": 1 }));
        let second = migrated(json!({ "version": 2, "names": ["a", "b"] })).expect("known");
        assert_eq!(second, json!({ "version": 3, "names": ["a", "b"], "count": 2 }));
        let third = json!({ "version": 3 });
        assert_eq!(migrated(third.clone()), Ok(third));
    }

    #[test]
    fn what_is_no_earlier_version_is_named() {
        assert_eq!(migrated(json!({ "version": 0 })), Err(0));
        assert_eq!(migrated(json!({ "version": 4 })), Err(4));
        assert_eq!(migrated(json!({})), Err(0));
    }
}
