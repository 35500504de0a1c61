//! What a store says of a secret without its value, in words that both stores share.

use std::collections::BTreeMap;

use deploy_kinds::secrets::VersionName;

/// A secret as its store lists it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    /// The full name.
    pub(crate) name: String,
    /// The ARN, or what takes its place.
    pub(crate) arn: String,
    /// How the value is stored, in the store's own word.
    pub(crate) value_type: String,
    pub(crate) description: Option<String>,
    /// The KMS key, where it is not one that nobody chose.
    pub(crate) kms_key: Option<String>,
    /// The current version.
    pub(crate) version: VersionName,
    /// When the current version was set, in seconds since 1970.
    pub(crate) modified: Option<i64>,
    /// The ARN of who set it.
    pub(crate) modified_by: Option<String>,
    /// Whether Parameter Store keeps it in its advanced tier.
    pub(crate) is_advanced: bool,
    /// All of its tags, where the listing tells them.
    pub(crate) tags: Option<BTreeMap<String, String>>,
}

impl Listed {
    /// What tells the current value from every other that the name has had.
    pub(crate) fn edition(&self) -> String {
        self.version.edition(self.modified)
    }
}
