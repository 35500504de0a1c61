//! The section `[secrets]`: which parameters there are. Values never stand in a file.

use std::collections::BTreeMap;

use deploy_kinds::secrets::Store;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Secrets that the application reads from Parameter Store or Secrets Manager. Their values are set with
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
    /// Where the value is kept. Secrets Manager rotates values and holds eight times as much; it costs money, and
    /// the execution role needs the grant `read_secrets`.
    #[serde(skip_serializing_if = "Store::is_default")]
    pub store: Store,
    /// What the parameter is for; 1,024 characters at most, in Secrets Manager 2,048.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether Parameter Store encrypts the value: `SecureString` where unset. Secrets Manager always does.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub value_type: Option<ParameterType>,
    /// The KMS key that encrypts it: an alias (`alias/shop`), an id or an ARN. Where unset, AWS's own key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// Where the parameter has no value yet, the first apply makes one of so many random letters and digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 8, max = 4096))]
    pub generate: Option<u16>,
    /// The full name in the store, instead of `secrets.path` and the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// How Parameter Store keeps a value.
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
