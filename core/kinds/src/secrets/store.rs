//! Where values are kept, and where one lives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where values are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Store {
    /// Parameter Store of AWS Systems Manager.
    #[default]
    ParameterStore,
    /// AWS Secrets Manager.
    SecretsManager,
}

impl Store {
    /// The service as AWS spells it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ParameterStore => "Parameter Store",
            Self::SecretsManager => "Secrets Manager",
        }
    }

    /// The key that every account has for the store, and that is meant where none is named.
    ///
    /// Sources: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html> and
    /// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>
    pub fn own_key(self) -> &'static str {
        match self {
            Self::ParameterStore => "alias/aws/ssm",
            Self::SecretsManager => "alias/aws/secretsmanager",
        }
    }

    /// A key, unless it is the one that is meant where none is named.
    pub fn chosen_key(self, key: Option<String>) -> Option<String> {
        key.filter(|key| key != self.own_key())
    }

    /// Whether it is the one that is meant where nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a value lives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The store.
    pub store: Store,
    /// The full name in it.
    pub name: String,
}
