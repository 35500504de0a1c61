//! One difference between what is and what shall be.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{KeyPath, Origin};

/// The path of a field within a resource's inputs.
pub type FieldPath = KeyPath;

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub path: FieldPath,
    /// Its value now; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Its value afterwards, with references where it is not known yet; absent where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Whether the service cannot change this field on a resource that exists.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forces_replacement: bool,
    /// Whether the values must not be shown.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// Where the configuration sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(value: &bool) -> bool {
    !value
}
