//! What is wrong with a sidecar: in itself, in its choice of services, and among the containers of a task.

mod alone;
mod together;

use deploy_plugin::model::Problem;

pub use alone::alone;
pub use together::together;

use crate::config::Config;
use crate::stage::path_of;

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
    // About one slip in three characters.
    let slips = |name: &str| word.chars().count().max(name.chars().count()).div_ceil(3);
    let near = names.iter().map(|name| (strsim::damerau_levenshtein(word, name), name));
    match near.filter(|(distance, name)| *distance <= slips(name)).min_by_key(|(distance, _)| *distance) {
        Some((_, name)) => format!("a similar one exists: `{name}`"),
        None if names.is_empty() => "declare one in the section `ecs`".to_owned(),
        None => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {}", names.join(", "))
        }
    }
}
