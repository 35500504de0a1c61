//! What is wrong with sidecars among the containers of one task.

use std::collections::{BTreeMap, BTreeSet};

use deploy_kinds::ecs::{Container, TaskDefinition};
use deploy_plugin::model::Problem;

use crate::config::Condition;
use crate::join::Chosen;
use crate::stage::path_of;

/// Reports what is wrong in the task of `service`, which has its sidecars already.
pub fn together(service: &str, task: &TaskDefinition, chosen: &Chosen<'_>) -> Vec<Problem> {
    let task = Task { service, task, chosen };
    let mut problems = task.sizes();
    problems.extend(task.ports());
    problems.extend(task.variables());
    let unmet = task.dependencies();
    if unmet.is_empty() {
        problems.extend(task.ring());
    }
    problems.extend(unmet);
    problems
}

struct Task<'a> {
    service: &'a str,
    task: &'a TaskDefinition,
    chosen: &'a Chosen<'a>,
}

/// What containers divide among them.
struct Share {
    unit: &'static str,
    /// The key of the whole in the service's table.
    whole: &'static str,
    available: u32,
    of: fn(&Container) -> Option<u32>,
}

impl<'a> Task<'a> {
    /// The sidecars as containers of the task.
    fn sidecars(&self) -> impl Iterator<Item = (&'a str, &'a Container)> + use<'a> {
        let containers = &self.task.containers;
        self.chosen.keys().filter_map(|name| Some((*name, containers.get(*name)?)))
    }

    fn own(&self) -> impl Iterator<Item = (&'a String, &'a Container)> + use<'a> {
        let chosen = self.chosen;
        self.task.containers.iter().filter(move |(name, _)| !chosen.contains_key(name.as_str()))
    }

    fn sizes(&self) -> Vec<Problem> {
        let kept = |container: &Container| container.memory_reservation.or(container.memory);
        let memory = Share { unit: "MiB", whole: "memory", available: self.task.memory, of: kept };
        let cpu = Share { unit: "CPU units", whole: "cpu", available: self.task.cpu, of: |container| container.cpu };
        let too_much = self.sidecars().filter_map(|(name, container)| {
            let most = container.memory.filter(|most| *most > self.task.memory)?;
            let Self { service, task, .. } = self;
            let message = format!("`{name}` may use {most} MiB, and a task of `{service}` has {}", task.memory);
            let help = format!("lower it, or raise `ecs.services.{service}.memory`");
            Some(Problem::new(path_of(name).child("memory"), message).help(help))
        });
        let too_much: Vec<Problem> = too_much.collect();
        let memory = if too_much.is_empty() { self.excess(&memory) } else { None };
        too_much.into_iter().chain(memory).chain(self.excess(&cpu)).collect()
    }

    /// The first sidecar for which there is nothing left.
    fn excess(&self, share: &Share) -> Option<Problem> {
        let asked = |container: &Container| u64::from((share.of)(container).unwrap_or_default());
        let mut sum: u64 = self.own().map(|(_, container)| asked(container)).sum();
        let (name, container, sum) = self.sidecars().find_map(|(name, container)| {
            sum += asked(container);
            (asked(container) > 0 && sum > u64::from(share.available)).then_some((name, container, sum))
        })?;
        let Share { unit, whole, available, .. } = share;
        let key =
            if *whole == "memory" && container.memory_reservation.is_some() { "memory_reservation" } else { whole };
        let service = self.service;
        let message = format!(
            "with `{name}` the containers of `{service}` ask for {sum} {unit} together, and the task has {available}"
        );
        let help = format!("lower it, or raise `ecs.services.{service}.{whole}`");
        Some(Problem::new(path_of(name).child(key), message).help(help))
    }

    /// The containers of a task share one network interface.
    fn ports(&self) -> Vec<Problem> {
        let mut taken = BTreeMap::new();
        for (name, container) in self.own() {
            taken.extend(container.ports.iter().map(|port| ((port.container, port.protocol.as_str()), name.as_str())));
        }
        let mut problems = Vec::new();
        for (name, container) in self.sidecars() {
            for (index, port) in container.ports.iter().enumerate() {
                if let Some(other) = taken.insert((port.container, port.protocol.as_str()), name) {
                    let message = format!("port {} ({}) is taken already", port.container, port.protocol);
                    let help = format!(
                        "`{other}` of `{}` has it, and the containers of a task share their network",
                        self.service
                    );
                    let path = path_of(name).child("ports").child(index.to_string());
                    problems.push(Problem::new(path, message).help(help));
                }
            }
        }
        problems
    }

    /// Two sidecars that tell the same variable differently.
    fn variables(&self) -> Vec<Problem> {
        let mut known: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, sidecar) in self.chosen {
            for (variable, value) in &sidecar.container_variables {
                let (first, said) = *known.entry(variable).or_insert((name, value));
                if said != value {
                    let path = path_of(name).child("container_variables").child(variable);
                    let message =
                        format!("`{first}` gives `{variable}` another value for the containers of `{}`", self.service);
                    problems.push(Problem::new(path, message).help("keep one of them"));
                }
            }
        }
        problems
    }

    fn dependencies(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, sidecar) in self.chosen {
            for (other, condition) in &sidecar.depends_on {
                let path = path_of(name).child("depends_on").child(other);
                problems.extend(
                    self.unmet(other, *condition).map(|(message, help)| Problem::new(path, message).help(help)),
                );
            }
        }
        problems
    }

    /// Why a condition can never be met, and what to do.
    fn unmet(&self, other: &str, condition: Condition) -> Option<(String, String)> {
        let service = self.service;
        let Some(awaited) = self.task.containers.get(other) else {
            let names: Vec<String> = self.task.containers.keys().map(|name| format!("`{name}`")).collect();
            let help = format!("its containers are {}; choose others with `services` or `except`", names.join(", "));
            return Some((format!("`{service}` has no container `{other}`"), help));
        };
        match condition {
            Condition::Healthy if awaited.health_check.is_none() => {
                let help = format!("give it a `health_check`, or wait for \"START\" of `{other}`");
                Some((format!("`{other}` of `{service}` has no health check that could pass"), help))
            }
            Condition::Complete | Condition::Success if awaited.essential => {
                let help = format!("set `essential = false` for `{other}`, or wait for \"START\"");
                Some((format!("`{other}` of `{service}` is essential: the task ends when it does"), help))
            }
            _ => None,
        }
    }

    /// Containers that wait for each other, a sidecar among them.
    fn ring(&self) -> Option<Problem> {
        let in_a_ring = |name: &&str| self.awaited_by(name).contains(*name);
        let name = self.chosen.keys().copied().find(in_a_ring)?;
        let waits_for_it = |other: &&str| self.awaited_by(other).contains(name);
        let others: BTreeSet<&str> = self.awaited_by(name).into_iter().filter(waits_for_it).collect();
        let others: Vec<String> =
            others.into_iter().filter(|other| *other != name).map(|other| format!("`{other}`")).collect();
        let path = path_of(name);
        let path = if self.chosen[name].depends_on.is_empty() { path } else { path.child("depends_on") };
        let message = format!("in `{}`, `{name}` and {} wait for each other", self.service, others.join(", "));
        Some(Problem::new(path, message).help("take one of `depends_on` and `containers_wait_for` out"))
    }

    /// All that a container waits for, directly or not.
    fn awaited_by(&self, name: &str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let direct = |name: &str| self.task.containers.get(name).into_iter().flat_map(|found| found.depends_on.keys());
        let mut open: Vec<&'a String> = direct(name).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next.as_str()) {
                open.extend(direct(next));
            }
        }
        seen
    }
}
