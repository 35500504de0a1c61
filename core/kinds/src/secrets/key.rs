//! The inputs and outputs of `secrets.key`: a KMS key. It belongs to others, and is only asked whether it can be used.

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a key is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// `Enabled`, `Disabled`, `PendingDeletion` and what else KMS calls the state of a key.
    #[schemars(extend("x-computed" = true))]
    pub state: String,
    /// What it is for: `ENCRYPT_DECRYPT`, or signatures.
    #[schemars(extend("x-computed" = true))]
    pub usage: String,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyOutputs {
    /// The ARN.
    pub arn: String,
}

impl Resource for Key {
    const KIND: &'static str = "secrets.key";
    type Outputs = KeyOutputs;
}

impl Key {
    /// What keeps the key from encrypting a value, in KMS's words.
    ///
    /// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>
    pub fn obstacle(&self) -> Option<String> {
        match (self.state.as_str(), self.usage.as_str()) {
            ("Enabled" | "Updating", "ENCRYPT_DECRYPT") => None,
            ("Enabled" | "Updating", usage) => Some(format!("is for {usage}, and encrypts nothing")),
            (state, _) => Some(format!("is {state}, and decrypts nothing")),
        }
    }
}
