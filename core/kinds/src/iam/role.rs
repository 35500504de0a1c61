//! The inputs and outputs of `iam.role`: a role with its trust policy, its managed policies and its own.

use std::collections::BTreeMap;

use deploy_model::Input;
use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy_document::{PolicyDocument, Texts};

/// What a role shall be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// The path. It is no part of the name: two roles of one name cannot be, whatever their paths.
    #[schemars(extend("x-force-new" = true))]
    pub path: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who may assume it.
    pub trust: PolicyDocument,
    /// How long a session may last, in seconds.
    pub max_session_duration: i32,
    /// The ARN of the policy that bounds what it may ever do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<Input<String>>,
    /// The ARNs of the managed policies attached to it.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub managed_policies: Texts,
    /// Its own policies, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub policies: BTreeMap<String, PolicyDocument>,
    /// The user's tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleOutputs {
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// The id, which no later role of the same name will have.
    pub id: String,
}

impl Resource for Role {
    const KIND: &'static str = "iam.role";
    type Outputs = RoleOutputs;
}
