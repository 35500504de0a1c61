//! `secrets` of a container: variables whose values stand in no file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Secret environment variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SecretsConfig {
    /// Variables that are named like their keys in `[secrets.parameters]`.
    Names(Vec<String>),
    /// From the variable to where its value comes from.
    Variables(BTreeMap<String, SecretConfig>),
}

/// Where the value of a secret variable comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SecretConfig {
    /// The key in `[secrets.parameters]`, or an ARN.
    Whole(String),
    /// One part of a secret whose value is a JSON object.
    Part(SecretPart),
}

/// One part of a secret in Secrets Manager whose value is a JSON object: `{ secret = "DB", key = "password" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretPart {
    /// The key in `[secrets.parameters]`, or the ARN of a secret.
    pub secret: String,
    /// The key in the JSON object.
    pub key: String,
}

/// A secret variable with everything said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVariable<'a> {
    /// The variable.
    pub variable: &'a str,
    /// The key in `[secrets.parameters]`, or an ARN.
    pub secret: &'a str,
    /// The key in the JSON object that the value is.
    pub json_key: Option<&'a str>,
    /// The last segment of the variable's key in the file.
    pub at: String,
}

impl Default for SecretsConfig {
    fn default() -> Self {
        Self::Names(Vec::new())
    }
}

impl SecretsConfig {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Names(names) => names.is_empty(),
            Self::Variables(variables) => variables.is_empty(),
        }
    }

    /// Every variable.
    pub fn variables<'a>(&'a self) -> Vec<SecretVariable<'a>> {
        match self {
            Self::Names(names) => {
                let variable =
                    |(index, name): (usize, &'a String)| SecretVariable::new(name, name, None, index.to_string());
                names.iter().enumerate().map(variable).collect()
            }
            Self::Variables(variables) => {
                let variable = |(variable, from): (&'a String, &'a SecretConfig)| match from {
                    SecretConfig::Whole(secret) => SecretVariable::new(variable, secret, None, variable.clone()),
                    SecretConfig::Part(SecretPart { secret, key }) => {
                        SecretVariable::new(variable, secret, Some(key), variable.clone())
                    }
                };
                variables.iter().map(variable).collect()
            }
        }
    }
}

impl<'a> SecretVariable<'a> {
    fn new(variable: &'a String, secret: &'a String, json_key: Option<&'a String>, at: String) -> Self {
        Self { variable, secret, json_key: json_key.map(String::as_str), at }
    }
}
