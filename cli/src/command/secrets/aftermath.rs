//! Who goes on with the old value after a change, and until when.

use std::collections::BTreeMap;
use std::time::Duration;

use deploy_ecs::running_tasks;
use deploy_kinds::ecs::{Cluster, Service};
use deploy_model::{Address, FaultKind, Input};
use deploy_plugin::Resource;

use super::vault::{Declared, Vault};
use crate::view::suggestion::complete;

/// How long ECS is asked. The value is set; a number is not worth a longer wait.
const PATIENCE: Duration = Duration::from_secs(5);

impl Vault {
    /// The lines that say who goes on with the old value, and until when.
    pub async fn aftermath(&self, declared: &Declared) -> String {
        let readers = self.readers(&declared.address);
        if readers.is_empty() {
            return "no service reads it\n".to_owned();
        }
        let running = tokio::time::timeout(PATIENCE, self.running(&readers)).await.ok().flatten();
        let rolled = self.rolled_for(&declared.address);
        let count = |reader: &str| running.as_ref().map(|running| running.get(reader).copied().unwrap_or(0));
        let line = |reader: &&str| line(reader, count(reader), rolled.contains(reader), self.environment());
        complete(&readers.iter().map(line).collect::<String>())
    }

    /// How many tasks of each of these services run; nothing where ECS does not say so.
    async fn running(&self, readers: &[&str]) -> Option<BTreeMap<String, i32>> {
        let mut named: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for reader in readers {
            let address = Service::KIND.parse().ok().and_then(|kind| Address::new(kind, reader).ok())?;
            let desired = self.intended.blueprint.desired.get(&address)?;
            let service: Service = serde_json::from_value(desired.inputs.clone()).ok()?;
            let cluster = self.cluster_name(&service.cluster)?;
            named.entry(cluster).or_default().insert(service.name, (*reader).to_owned());
        }
        let mut running = BTreeMap::new();
        for (cluster, services) in named {
            let names: Vec<String> = services.keys().cloned().collect();
            let counts = match running_tasks(&self.connection.clients, &cluster, &names).await {
                Ok(counts) => counts,
                // A cluster that is not there runs nothing.
                Err(fault) if fault.kind == FaultKind::NotFound => BTreeMap::new(),
                Err(_) => return None,
            };
            running.extend(counts.into_iter().filter_map(|(name, count)| Some((services.get(&name)?.clone(), count))));
        }
        Some(running)
    }

    fn cluster_name(&self, cluster: &Input<String>) -> Option<String> {
        match cluster {
            Input::Value(arn) => Some(arn.clone()),
            Input::Reference(reference) => {
                let desired = self.intended.blueprint.desired.get(&reference.address)?;
                let cluster: Cluster = serde_json::from_value(desired.inputs.clone()).ok()?;
                Some(cluster.name)
            }
            Input::Text(_) => None,
        }
    }
}

/// What goes on in one service.
fn line(reader: &str, running: Option<i32>, is_rolled: bool, environment: &str) -> String {
    let apply = format!("`deploy apply {environment}`");
    let keep = match running {
        Some(0) => return format!("read by {reader}, of which no task runs: the next one starts with the new value\n"),
        Some(1) => "1 running task keeps the value that it started with".to_owned(),
        Some(count) => format!("{count} running tasks keep the value that they started with"),
        None => "running tasks keep the value that they started with".to_owned(),
    };
    match is_rolled {
        true => format!("read by {reader}: {keep} until {apply}\n"),
        false => format!("read by {reader}: {keep}, and no {apply} replaces them (`roll_on_secret_change = false`)\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_read_like_this() {
        let said = |running, is_rolled| line("web", running, is_rolled, "dev");
        for (running, is_rolled, text) in [
            (
                Some(2),
                true,
                "read by web: 2 running tasks keep the value that they started with until `deploy apply dev`\n",
            ),
            (
                Some(1),
                true,
                "read by web: 1 running task keeps the value that it started with until `deploy apply dev`\n",
            ),
            (None, true, "read by web: running tasks keep the value that they started with until `deploy apply dev`\n"),
            (Some(0), true, "read by web, of which no task runs: the next one starts with the new value\n"),
        ] {
            assert_eq!(said(running, is_rolled), text);
        }
        assert!(
            said(Some(2), false)
                .ends_with("and no `deploy apply dev` replaces them (`roll_on_secret_change = false`)\n")
        );
    }
}
