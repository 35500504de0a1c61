//! `secrets` of a container: variables whose values stand in no file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Secret environment variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SecretsConfig {
    /// Variables that are named like their keys in `[secrets.parameters]`. `/shared/*` stands for every parameter of
    /// Parameter Store one level below `/shared`, each in a variable that is named like its last level.
    Names(Vec<String>),
    /// From the variable to where its value comes from; `from = "/shared/*"` adds every parameter below a path.
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

    /// Every variable that is named.
    pub fn variables(&self) -> Vec<SecretVariable<'_>> {
        self.entries().into_iter().filter(|entry| !entry.is_path()).collect()
    }

    /// Every path that stands for all parameters below it; in a table, also such that stand at the key of a variable.
    pub fn paths(&self) -> Vec<SecretVariable<'_>> {
        self.entries().into_iter().filter(SecretVariable::is_path).collect()
    }

    /// Whether the key of a variable is where paths stand.
    pub fn takes_paths_at(&self, key: &str) -> bool {
        matches!(self, Self::Names(_)) || key == "from"
    }

    fn entries(&self) -> Vec<SecretVariable<'_>> {
        match self {
            Self::Names(names) => {
                let entry = |(index, name)| SecretVariable::new(name, name, None, usize::to_string(&index));
                names.iter().enumerate().map(entry).collect()
            }
            Self::Variables(variables) => {
                let entry = |(variable, from)| {
                    let (secret, json_key) = SecretConfig::parts(from);
                    SecretVariable::new(variable, secret, json_key, String::clone(variable))
                };
                variables.iter().map(entry).collect()
            }
        }
    }
}

impl SecretConfig {
    fn parts(&self) -> (&String, Option<&String>) {
        match self {
            Self::Whole(secret) => (secret, None),
            Self::Part(SecretPart { secret, key }) => (secret, Some(key)),
        }
    }
}

impl<'a> SecretVariable<'a> {
    fn is_path(&self) -> bool {
        self.secret.starts_with('/') && self.secret.ends_with("/*")
    }

    /// The ARN of the secret, where it is not declared here.
    pub fn arn(&self) -> Option<&'a str> {
        Some(self.secret).filter(|secret| secret.starts_with("arn:")).map(whole_arn)
    }

    fn new(variable: &'a String, secret: &'a String, json_key: Option<&'a String>, at: String) -> Self {
        Self { variable, secret, json_key: json_key.map(String::as_str), at }
    }
}

/// An ARN without the key, the label and the version that may stand behind that of a secret in Secrets Manager.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
pub fn whole_arn(text: &str) -> &str {
    const PARTS_OF_AN_ARN: usize = 7;
    match text.match_indices(':').nth(PARTS_OF_AN_ARN - 1) {
        Some((end, _)) if text.contains(":secret:") => &text[..end],
        _ => text,
    }
}
