//! The section `[secrets]`: which parameters there are. Values never stand in a file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Secrets that the application reads from Parameter Store. Their values are set with
/// `deploy secrets set NAME`; they never stand in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsSection {
    /// Where the parameters live, with `{app}`, `{env}` and `{prefix}` filled in. Empty for flat names
    /// such as `MY_PARAM_1`. Roles read the same path: keep `iam.parameter_path` equal to it.
    pub path: String,
    /// The parameters, by the name under which services refer to them.
    pub parameters: BTreeMap<String, ParameterSection>,
}

impl Default for SecretsSection {
    fn default() -> Self {
        Self { path: "/{app}/{env}".to_owned(), parameters: BTreeMap::new() }
    }
}

/// One parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParameterSection {
    /// What the parameter is for; 1,024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the value is stored encrypted.
    #[serde(rename = "type")]
    pub value_type: ParameterType,
    /// The KMS key that encrypts it: an alias (`alias/shop`), an id or an ARN. Where unset, AWS's own key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Where the parameter has no value yet, the first apply makes one of so many random letters and digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 8, max = 4096))]
    pub generate: Option<u16>,
    /// The parameter's full name in Parameter Store, instead of `secrets.path` and the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How a value is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ParameterType {
    /// Encrypted with a KMS key.
    #[default]
    SecureString,
    /// As plain text.
    String,
}

impl ParameterType {
    /// The type as AWS spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecureString => "SecureString",
            Self::String => "String",
        }
    }
}
