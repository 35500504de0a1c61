//! The bucket's name in the environment of containers.

use deploy_kinds::ecs::TaskDefinition;
use deploy_plugin::model::{KeyPath, Problem};
use deploy_plugin::{Blueprint, Resource};

use crate::bucket::Bucket;
use crate::config::BucketSection;
use crate::others;
use crate::stage::path;

/// Tells the containers of the services that the section names what the bucket `key` is called.
pub fn set(key: &str, section: &BucketSection, blueprint: &mut Blueprint, problems: &mut Vec<Problem>) {
    for (service, variable) in &section.variables {
        let source = path(key).child("variables").child(service);
        if let Err(problem) = put(key, service, variable, source, blueprint) {
            problems.push(problem);
        }
    }
}

fn put(key: &str, service: &str, variable: &str, source: KeyPath, blueprint: &mut Blueprint) -> Result<(), Problem> {
    let mut fields = Vec::new();
    let address = others::change::<TaskDefinition>(service, &source, blueprint, |inputs| {
        for (name, container) in &mut inputs.containers {
            if container.variables.contains_key(variable) || container.secrets.contains_key(variable) {
                let message = format!("the container `{name}` of `{service}` has a `{variable}` of its own");
                return Err(Problem::new(source.clone(), message).help("choose another variable"));
            }
            container.variables.insert(variable.to_owned(), Bucket::output(key, "name"));
            fields.push(KeyPath::of(["containers", name, "variables", variable]));
        }
        Ok(())
    })?;
    fields.into_iter().for_each(|field| blueprint.comes_from(&address, field, source.clone()));
    Ok(())
}
