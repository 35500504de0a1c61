//! Secrets and their versions.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The label of the version that is read by default.
pub(super) const CURRENT: &str = "AWSCURRENT";
/// The label of the version that was current before.
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";
/// The label of the version that is about to be current.
pub(super) const PENDING: &str = "AWSPENDING";
/// The key of AWS that encrypts a secret for which no other was asked.
pub(super) const DEFAULT_KEY: &str = "alias/aws/secretsmanager";

/// What Secrets Manager remembers in one region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The secrets by name.
    pub secrets: BTreeMap<String, Secret>,
}

/// One secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// Its ARN, with a hyphen and six characters behind the name.
    pub arn: String,
    /// What it is for.
    pub description: Option<String>,
    /// The key of new versions, as it was given; `None` is the key of AWS.
    pub key_id: Option<String>,
    /// When it was created.
    pub created_at: Time,
    /// When anything about it was changed.
    pub changed_at: Time,
    /// The day on which it was read.
    pub accessed_at: Option<Time>,
    /// Whether it is about to be deleted.
    pub deletion: Option<Deletion>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its versions, oldest first; none if it never had a value.
    pub versions: Vec<Version>,
}

/// A deletion that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// When it was asked for.
    pub requested_at: Time,
    /// From when on the secret is gone.
    pub due_at: Time,
}

/// One version of a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The token of the request that made it.
    pub id: String,
    /// The value in the clear.
    pub value: SecretValue,
    /// The key that encrypts it; `None` is the key of AWS.
    pub key_id: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// The day on which it was read.
    pub accessed_at: Option<Time>,
    /// Its staging labels. A label is on one version of a secret only; a version without any is deprecated.
    pub stages: BTreeSet<String>,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretValue {
    /// Text.
    String(String),
    /// Bytes, in base64.
    Binary(String),
}

/// What a value is, and never the value.
impl std::fmt::Debug for SecretValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::String(_) => "String([redacted])",
            Self::Binary(_) => "Binary([redacted])",
        })
    }
}

impl State {
    /// Forgets the secrets whose day has come.
    pub(super) fn forget(&mut self, now: Time) {
        self.secrets.retain(|_, secret| !secret.is_gone(now));
    }
}

impl Secret {
    /// Whether its day has come.
    #[must_use]
    pub fn is_gone(&self, now: Time) -> bool {
        self.deletion.is_some_and(|deletion| deletion.due_at <= now)
    }

    /// The version that carries this label.
    #[must_use]
    pub fn staged(&self, stage: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.stages.contains(stage))
    }

    /// The version with this id.
    #[must_use]
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }
}
