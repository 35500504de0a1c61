//! Keys and their aliases.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What KMS remembers in one region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The keys by id.
    pub keys: BTreeMap<String, Key>,
    /// The aliases by name: `alias/shop`.
    pub aliases: BTreeMap<String, Alias>,
}

/// One symmetric key that encrypts and decrypts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What it is for.
    pub description: String,
    /// Who manages it.
    pub manager: KeyManager,
    /// Whether it can be used.
    pub state: KeyState,
    /// When it was created.
    pub created_at: Time,
    /// The id of its material.
    pub material_id: String,
    /// Its policy, as it was written.
    pub policy: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Who manages a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum KeyManager {
    /// AWS, for one of its services.
    Aws,
    /// Whoever created it.
    Customer,
}

/// Whether a key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyState {
    /// It can.
    Enabled,
    /// It cannot, until somebody enables it.
    Disabled,
    /// It cannot, and from `due_at` on it is gone.
    PendingDeletion {
        /// When it goes.
        due_at: Time,
    },
}

/// Another name of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The id of the key.
    pub key_id: String,
    /// When it was created.
    pub created_at: Time,
    /// When it was given to this key.
    pub updated_at: Time,
}

impl State {
    /// Forgets the keys whose day has come, and "all aliases that refer to" them.
    pub(super) fn forget(&mut self, now: Time) {
        self.keys.retain(|_, key| !key.is_gone(now));
        self.aliases.retain(|_, alias| self.keys.contains_key(&alias.key_id));
    }

    /// The names of a key.
    pub fn aliases_of<'a>(&'a self, key_id: &'a str) -> impl Iterator<Item = &'a String> {
        self.aliases.iter().filter(move |(_, alias)| alias.key_id == key_id).map(|(name, _)| name)
    }
}

impl Key {
    /// Whether its day has come.
    #[must_use]
    pub fn is_gone(&self, now: Time) -> bool {
        matches!(self.state, KeyState::PendingDeletion { due_at } if due_at <= now)
    }
}
