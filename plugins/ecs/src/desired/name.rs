//! Names: how they are made, what AWS allows, and that no two are the same.

use std::collections::BTreeMap;

use deploy_model::{KeyPath, Problem};
use deploy_plugin::{Graph, StageContext};

use crate::config::{EcsConfig, ServiceConfig};

/// What AWS allows in a name.
pub(super) struct Rule {
    /// What the name is of.
    pub(super) what: &'static str,
    /// The most characters.
    pub(super) longest: usize,
    /// The fewest characters.
    pub(super) shortest: usize,
    /// The characters.
    pub(super) allowed: fn(char) -> bool,
    /// The characters in words.
    pub(super) words: &'static str,
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>,
/// and the same for services, families and containers.
pub(super) const fn ecs(what: &'static str) -> Rule {
    Rule {
        what,
        longest: 255,
        shortest: 1,
        allowed: |c| c.is_ascii_alphanumeric() || c == '-' || c == '_',
        words: "letters, digits, `-` and `_`",
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub(super) const LOG_GROUP: Rule = Rule {
    what: "log group",
    longest: 512,
    shortest: 1,
    allowed: |c| c.is_ascii_alphanumeric() || "-_/.#".contains(c),
    words: "letters, digits, `-`, `_`, `/`, `.` and `#`",
};

/// Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
pub(super) const REPOSITORY: Rule = Rule {
    what: "repository",
    longest: 256,
    shortest: 2,
    allowed: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_/.".contains(c),
    words: "lower-case letters, digits, `-`, `_`, `/` and `.`",
};

impl Rule {
    /// Reports what is wrong with `name`, which the key `path` sets or, by its default, would set.
    pub(super) fn check(&self, name: &str, path: KeyPath, graph: &mut Graph) {
        let Self { what, longest, shortest, words, .. } = self;
        let key = path.last().unwrap_or("name").to_owned();
        let length = name.chars().count();
        if !(*shortest..=*longest).contains(&length) {
            let message =
                format!("the {what} name `{name}` has {length} characters; {shortest} to {longest} are allowed");
            graph.problem(Problem::new(path.clone(), message).help(format!("set `{key}`")));
        }
        if let Some(character) = name.chars().find(|character| !(self.allowed)(*character)) {
            let message = format!("`{character}` cannot be part of the {what} name `{name}`");
            graph.problem(Problem::new(path, message).help(format!("use {words}, or set `{key}`")));
        }
    }
}

/// The three names of a service: its own, its family's and its log group's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceNames {
    /// The service's own name.
    pub(super) service: String,
    /// The family of its task definition.
    pub(super) family: String,
    /// Its log group.
    pub(super) log_group: String,
}

impl ServiceNames {
    /// The names of the service with this key.
    pub(super) fn of(key: &str, config: &ServiceConfig, cx: &StageContext) -> Self {
        let given = |name: &Option<String>| name.as_deref().map(|name| cx.expand(name));
        let service = given(&config.name).unwrap_or_else(|| cx.name(key));
        Self {
            family: given(&config.family).unwrap_or_else(|| service.clone()),
            log_group: given(&config.log_group).unwrap_or_else(|| service.clone()),
            service,
        }
    }

    /// Reports what AWS would not allow.
    pub(super) fn check(&self, source: &KeyPath, graph: &mut Graph) {
        ecs("service").check(&self.service, source.child("name"), graph);
        if self.family != self.service {
            ecs("task definition family").check(&self.family, source.child("family"), graph);
        }
        if self.log_group != self.service {
            LOG_GROUP.check(&self.log_group, source.child("log_group"), graph);
        }
    }
}

/// Reports services that would share a name, a family or a log group, and repositories that would
/// share a name.
pub(crate) fn must_differ(config: &EcsConfig, cx: &StageContext, graph: &mut Graph) {
    let services = config.services.iter().map(|(key, service)| (key, ServiceNames::of(key, service, cx)));
    let services: Vec<(&String, ServiceNames)> = services.collect();
    let by = |pick: fn(&ServiceNames) -> &str| services.iter().map(move |(key, names)| (*key, pick(names).to_owned()));
    differ("service", "services", "name", by(|names| &names.service), graph);
    differ("task definition family", "services", "family", by(|names| &names.family), graph);
    differ("log group", "services", "log_group", by(|names| &names.log_group), graph);
    let repositories = config.repositories.iter();
    let repositories = repositories.map(|(key, repository)| (key, super::repository::name(key, repository, cx)));
    differ("repository", "repositories", "name", repositories, graph);
}

fn differ<'a>(
    what: &str,
    table: &str,
    field: &str,
    names: impl Iterator<Item = (&'a String, String)>,
    graph: &mut Graph,
) {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for (key, name) in names {
        match known.get(&name) {
            Some(first) => {
                let path = KeyPath::of(["ecs", table, key.as_str(), field]);
                let message = format!("the {what} name `{name}` is that of `ecs.{table}.{first}` already");
                graph.problem(Problem::new(path, message).help("give each its own"));
            }
            None => drop(known.insert(name, key)),
        }
    }
}
