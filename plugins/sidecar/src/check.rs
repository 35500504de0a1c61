//! What is wrong with a sidecar: in itself, in its choice of services, and among the containers of a task.

mod alone;
mod together;

use deploy_plugin::model::Problem;

pub use alone::alone;
pub use together::together;

use crate::config::Config;
use crate::stage::path_of;

/// How alike two names must be for one to be taken for the other.
const ALIKE: f64 = 0.8;

/// Reports services that do not exist.
pub fn services(config: &Config, services: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, sidecar) in &config.containers {
        for (key, named) in [("services", sidecar.services.as_ref()), ("except", Some(&sidecar.except))] {
            for (index, service) in named.into_iter().flatten().enumerate() {
                if !services.contains(service) {
                    let path = path_of(name).child(key).child(index.to_string());
                    let help = advice(service, services);
                    problems.push(Problem::new(path, format!("there is no service `{service}`")).help(help));
                }
            }
        }
    }
    problems
}

/// The name that was meant, or all there are.
fn advice(word: &str, names: &[String]) -> String {
    let alike = names.iter().map(|name| (strsim::jaro_winkler(word, name), name)).filter(|(alike, _)| *alike > ALIKE);
    match alike.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((_, name)) => format!("a similar one exists: `{name}`"),
        None if names.is_empty() => "declare one in the section `ecs`".to_owned(),
        None => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", names.join(", "))
        }
    }
}
