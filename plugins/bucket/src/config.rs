//! The section `[bucket]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bucket::PublicAccessBlock;

/// Buckets in S3. Texts may hold `{app}`, `{env}`, `{prefix}`, `{account}`, `{region}` and `{partition}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BucketConfig {
    /// The buckets, by name.
    pub buckets: BTreeMap<String, BucketSection>,
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BucketSection {
    /// The bucket's name, which no other account may have: 3 to 63 lower-case letters, digits, `-` and `.`. Where unset,
    /// `{prefix}-`, the key and `-{account}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether an object that is overwritten or deleted can be had back.
    pub versioning: bool,
    /// How objects are encrypted that do not say it themselves. Where unset, with keys of S3's own, or with `kms_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<EncryptionSection>,
    /// The key of KMS: an ARN, an id or `alias/NAME`. Where unset, `sse-kms` takes AWS's own, `aws/s3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub kms_key: Option<String>,
    /// What keeps the bucket private; all of it is on by default.
    pub public_access_block: PublicAccessBlock,
    /// The roles of the section `iam` that may list the bucket and read its objects.
    pub read: Vec<String>,
    /// The roles of the section `iam` that may write objects.
    pub write: Vec<String>,
    /// From a service of the section `ecs` to the variable that tells its containers the bucket's name.
    pub variables: BTreeMap<String, String>,
}

/// How objects are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EncryptionSection {
    /// With keys of S3's own.
    #[serde(rename = "sse-s3")]
    S3,
    /// With a key of KMS.
    #[serde(rename = "sse-kms")]
    Kms,
}

impl Default for BucketSection {
    fn default() -> Self {
        Self {
            name: None,
            versioning: true,
            encryption: None,
            kms_key: None,
            public_access_block: PublicAccessBlock::default(),
            read: Vec::new(),
            write: Vec::new(),
            variables: BTreeMap::new(),
        }
    }
}

impl BucketSection {
    /// The name as a template.
    pub fn name_template(&self, key: &str) -> String {
        self.name.clone().unwrap_or_else(|| format!("{{prefix}}-{key}-{{account}}"))
    }
}
