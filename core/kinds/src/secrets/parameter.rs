//! The inputs and outputs of `secrets.parameter`: one parameter, known by everything but its value.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ownership::Ownership;
use super::store::{Place, Store};
use super::version_name::VersionName;

/// What a parameter shall be. Its value is no part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Where its value is kept.
    #[serde(default, skip_serializing_if = "Store::is_default")]
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub store: Store,
    /// The full name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// `SecureString`, `String` or `StringList`; in Secrets Manager `SecretString`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-computed" = true))]
    pub description: Option<String>,
    /// The KMS key that encrypts it, where it is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// How many random characters to make its first value of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub generate: Option<u16>,
    /// Whose it is.
    pub owner: Ownership,
    /// The user's tags. Further ones that a parameter has are left alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParameterOutputs {
    /// The full name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The version of the current value. No update changes it: only `deploy secrets set` does.
    pub version: VersionName,
    /// What tells the current value from every other that the name has had.
    pub edition: String,
}

impl Parameter {
    /// Where its value lives.
    pub fn place(&self) -> Place {
        Place { store: self.store, name: self.name.clone() }
    }
}

impl Resource for Parameter {
    const KIND: &'static str = "secrets.parameter";
    type Outputs = ParameterOutputs;
}
