//! The rules of a group in one direction.

use std::collections::BTreeMap;

use deploy_model::Input;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::permission::Permission;

/// The rules of one direction, by what they say.
pub type Rules = BTreeMap<Permission, Rule>;

/// What a rule has besides what it says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is for; empty where nobody said.
    pub description: String,
    /// The id of the peer, where that is another group of this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-refers" = "security.group", "x-holds" = true))]
    pub group: Option<Input<String>>,
}
