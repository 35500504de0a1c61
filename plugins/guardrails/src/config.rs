//! `[guardrails]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rules that a plan must keep. A rule that is not written down is not checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The only ports that may be open to the internet. An empty list: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true))]
    pub open_ports: Option<Vec<u16>>,
    /// Whether every image must be named by its digest, so that what runs is what was tested.
    pub pinned_images: bool,
    /// The only places that images may come from, with as many levels as are meant: `ghcr.io/acme`. `{account}` and
    /// `{region}` are filled in. Repositories of this environment are always among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("uniqueItems" = true))]
    pub registries: Option<Vec<String>>,
    /// The tags that everything must have that can carry tags.
    #[schemars(extend("uniqueItems" = true))]
    pub required_tags: Vec<String>,
    /// The most CPU units that a task of a service may have: 1024 are one vCPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_cpu: Option<u32>,
    /// The most memory that a task of a service may have, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub max_memory: Option<u32>,
    /// The most tasks that a service may run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 5000))]
    pub max_desired_count: Option<u32>,
    /// Whether the events of every log group must expire some day.
    pub log_retention: bool,
    /// Whether every service must give up a rollout that keeps failing.
    pub circuit_breaker: bool,

    /// What a broken rule does, where `levels` says nothing of it.
    pub level: Level,
    /// What a broken rule does, by rule.
    pub levels: Levels,
    /// Resources that may break rules, by address: `"security.group.bastion" = ["open_ports"]`.
    pub exempt: BTreeMap<String, Vec<Rule>>,
}

/// What a broken rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The plan cannot be applied.
    #[default]
    Block,
    /// The plan warns.
    Warn,
    /// Nothing: the rule is not checked.
    Off,
}

/// What a broken rule does, by rule. Default: what `level` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// Of `open_ports`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_ports: Option<Level>,
    /// Of `pinned_images`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_images: Option<Level>,
    /// Of `registries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registries: Option<Level>,
    /// Of `required_tags`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_tags: Option<Level>,
    /// Of `max_cpu`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cpu: Option<Level>,
    /// Of `max_memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<Level>,
    /// Of `max_desired_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_desired_count: Option<Level>,
    /// Of `log_retention`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_retention: Option<Level>,
    /// Of `circuit_breaker`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<Level>,
}

/// A rule, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// `open_ports`.
    OpenPorts,
    /// `pinned_images`.
    PinnedImages,
    /// `registries`.
    Registries,
    /// `required_tags`.
    RequiredTags,
    /// `max_cpu`.
    MaxCpu,
    /// `max_memory`.
    MaxMemory,
    /// `max_desired_count`.
    MaxDesiredCount,
    /// `log_retention`.
    LogRetention,
    /// `circuit_breaker`.
    CircuitBreaker,
}

impl Rule {
    /// Its key in the section.
    pub fn key(self) -> &'static str {
        match self {
            Self::OpenPorts => "open_ports",
            Self::PinnedImages => "pinned_images",
            Self::Registries => "registries",
            Self::RequiredTags => "required_tags",
            Self::MaxCpu => "max_cpu",
            Self::MaxMemory => "max_memory",
            Self::MaxDesiredCount => "max_desired_count",
            Self::LogRetention => "log_retention",
            Self::CircuitBreaker => "circuit_breaker",
        }
    }
}

impl Config {
    /// What it does that a rule is broken.
    pub fn level_of(&self, rule: Rule) -> Level {
        let Levels {
            open_ports,
            pinned_images,
            registries,
            required_tags,
            max_cpu,
            max_memory,
            max_desired_count,
            log_retention,
            circuit_breaker,
        } = self.levels;
        let of_rule = match rule {
            Rule::OpenPorts => open_ports,
            Rule::PinnedImages => pinned_images,
            Rule::Registries => registries,
            Rule::RequiredTags => required_tags,
            Rule::MaxCpu => max_cpu,
            Rule::MaxMemory => max_memory,
            Rule::MaxDesiredCount => max_desired_count,
            Rule::LogRetention => log_retention,
            Rule::CircuitBreaker => circuit_breaker,
        };
        of_rule.unwrap_or(self.level)
    }
}
