//! `max_cpu`, `max_memory`, `max_desired_count`: what a service may cost.

use deploy_kinds::ecs::{Service, TaskDefinition};
use deploy_plugin::Outlook;

use super::of_each;
use crate::breach::Breach;
use crate::config::Config;

/// Tasks with more CPU units than are allowed.
pub fn cpu(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let Some(most) = config.max_cpu else { return Vec::new() };
    of_each::<TaskDefinition>(outlook, |address, task| {
        let message = format!("a task has {} CPU units; the limit is {most}", task.cpu);
        let help = format!("lower `cpu` of `ecs.services.{}`", address.name());
        (task.cpu > most).then(|| Breach::certain(address, message, help)).into_iter().collect()
    })
}

/// Tasks with more memory than is allowed.
pub fn memory(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let Some(most) = config.max_memory else { return Vec::new() };
    of_each::<TaskDefinition>(outlook, |address, task| {
        let message = format!("a task has {} MiB; the limit is {most}", task.memory);
        let help = format!("lower `memory` of `ecs.services.{}`", address.name());
        (task.memory > most).then(|| Breach::certain(address, message, help)).into_iter().collect()
    })
}

/// Services with more tasks than are allowed.
pub fn desired_count(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let Some(most) = config.max_desired_count else { return Vec::new() };
    of_each::<Service>(outlook, |address, service| {
        let message = format!("its desired count is {}; the limit is {most}", service.desired_count);
        let help = format!("lower `desired_count` of `ecs.services.{}`", address.name());
        let is_too_many = i64::from(service.desired_count) > i64::from(most);
        is_too_many.then(|| Breach::certain(address, message, help)).into_iter().collect()
    })
}
