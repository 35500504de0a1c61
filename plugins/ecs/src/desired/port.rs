//! The ports of a service: its containers share one network interface, so none can be taken twice.

use std::collections::BTreeMap;

use deploy_model::{KeyPath, Problem};
use deploy_plugin::Graph;

use crate::config::ServiceConfig;

/// Reports every port that is taken already, with the place where.
pub(super) fn check(config: &ServiceConfig, source: &KeyPath, graph: &mut Graph) {
    let mut taken = BTreeMap::new();
    for (name, container) in &config.containers {
        for (index, port) in container.ports.iter().enumerate() {
            let port = port.settings();
            let path = source.child("containers").child(name).child("ports").child(index.to_string());
            if let Some(first) = taken.get(&(port.container, port.protocol)) {
                let message = format!("port {} ({}) is taken already", port.container, port.protocol.as_str());
                let help = format!("`{first}` has it, and the containers of a task share their network");
                graph.problem(Problem::new(path, message).help(help));
            } else {
                taken.insert((port.container, port.protocol), path);
            }
        }
    }
}
