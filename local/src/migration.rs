//! Worlds that an earlier version of this program wrote, brought to the layout of this one, step by step.
//!
//! Whoever changes the layout raises [`VERSION`] and adds the step from the version before; the array's length holds
//! them to it. A step sees plain JSON: the types of the time are gone.

use crate::world::VERSION;
use serde_json::{Value, json};

/// Changes a world of one version into a world of the next.
type Step = fn(&mut Value);

/// The step at `n` leads from version `n + 1` to version `n + 2`.
const STEPS: [Step; VERSION as usize - 1] = [services_remember_their_revisions, containers_have_a_health];

/// Brings a world of any earlier version to this one.
///
/// # Errors
/// The version of the world, if it is no earlier one.
pub(crate) fn migrate(world: &mut Value) -> Result<(), u64> {
    through(&STEPS, world)
}

/// 1 → 2: a service keeps its service revisions, and a service deployment the times of its start and its stop.
fn services_remember_their_revisions(world: &mut Value) {
    for service in services(world) {
        let deployments = service["deployments"].as_array().cloned().unwrap_or_default();
        let revisions = deployments.iter().map(|deployment| {
            json!({
                "id": deployment["service_revision"],
                "task_definition": deployment["task_definition"],
                "launch": deployment["launch"],
                "load_balancers": service["further"]["loadBalancers"],
                "service_registries": service["further"]["serviceRegistries"],
                "created_at": deployment["created_at"],
            })
        });
        service["revisions"] = revisions.collect();
        for record in members(&mut service["service_deployments"]) {
            record["started_at"] = record["created_at"].clone();
            record["stopped_at"] =
                if record["status"] == "STOPPED" { record["finished_at"].clone() } else { Value::Null };
        }
    }
}

/// 2 → 3: a container says whether its task stands and falls with it, and how well it is. Those that are there already
/// are never asked how they are.
fn containers_have_a_health(world: &mut Value) {
    for task in clusters(world).flat_map(|cluster| members(&mut cluster["tasks"])) {
        for container in members(&mut task["containers"]) {
            container["essential"] = Value::Bool(true);
            container["health"] = Value::Null;
        }
    }
}

/// All clusters of a world.
fn clusters(world: &mut Value) -> impl Iterator<Item = &mut Value> {
    let regions = members(&mut world["accounts"]).flat_map(|account| members(&mut account["regions"]));
    regions.flat_map(|region| members(&mut region["ecs"]["clusters"]))
}

/// All services of a world.
fn services(world: &mut Value) -> impl Iterator<Item = &mut Value> {
    clusters(world).flat_map(|cluster| members(&mut cluster["services"]))
}

/// The members of an object or a list that are objects; whatever else stands there has none.
fn members(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    let members: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Object(members) => Box::new(members.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    };
    Box::new(members.filter(|member| member.is_object()))
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
