//! What a plugin asks of its host, within the scopes that it was granted.

use serde::{Deserialize, Serialize};

use super::calls;

calls! {
    /// Asks for credentials. Scope: `aws`.
    GetCredentials "host/credentials" -> Credentials {}

    /// Asks for the value of a parameter of the environment. Scope: `secret:NAME`.
    GetSecret "host/secret" -> SecretValue {
        /// The name of the parameter, as the section `secrets` declares it.
        name: String,
    }
}

/// Credentials for AWS. They have no `Debug`, and are never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret of the access key.
    pub secret_access_key: String,
    /// The token of a session, where they belong to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
    /// When they end, in seconds since 1970, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

/// The value of a parameter. It has no `Debug`, and is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretValue {
    /// The value.
    pub value: String,
}
