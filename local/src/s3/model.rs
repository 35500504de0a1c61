//! Buckets and their objects. The names of buckets are unique across all accounts and regions, so that all of them stand
//! side by side.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What S3 remembers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The buckets of all accounts by name.
    pub buckets: BTreeMap<String, Bucket>,
}

/// One general purpose bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The account that owns it.
    pub owner: String,
    /// The region that it is in.
    pub region: String,
    /// The region as its creation named it: `EU` is an old name of eu-west-1, and us-east-1 has none.
    pub location: String,
    /// When it was created.
    pub created_at: Time,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it keeps versions; `None` if it never did.
    pub versioning: Option<Versioning>,
    /// How new objects are encrypted.
    pub encryption: Encryption,
    /// What keeps it private; `None` if that was deleted.
    pub public_access_block: Option<PublicAccessBlock>,
    /// The versions of its objects by key, oldest first; no list is empty.
    pub objects: BTreeMap<String, Vec<Version>>,
}

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// Each change makes one.
    Enabled,
    /// Those that are there stay.
    Suspended,
}

/// How new objects are encrypted that do not say it themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// With what.
    pub algorithm: Algorithm,
    /// The key as the configuration names it.
    pub key: Option<String>,
    /// Whether a bucket key saves calls to KMS.
    pub bucket_key: bool,
    /// `SSE-C`, if no object may bring its own key, or `NONE`.
    pub blocked: Vec<String>,
}

/// With what objects are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// Keys of S3.
    #[serde(rename = "AES256")]
    Aes256,
    /// A key of KMS.
    #[serde(rename = "aws:kms")]
    Kms,
    /// A key of KMS, in two layers.
    #[serde(rename = "aws:kms:dsse")]
    KmsDsse,
}

/// The four settings that keep a bucket private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// New public access control lists are refused.
    pub block_public_acls: bool,
    /// Public access control lists have no effect.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// Public policies give access to nobody else.
    pub restrict_public_buckets: bool,
}

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Its id; `null` for one from a time without versions.
    pub id: String,
    /// When it was made.
    pub modified_at: Time,
    /// What is in it; `None` for a marker that the object was deleted.
    pub content: Option<Content>,
}

/// What is in a version of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The bytes in base64.
    pub body: String,
    /// How many bytes that are.
    pub size: usize,
    /// What tells contents apart, without quotation marks.
    pub etag: String,
    /// What kind of content it is.
    pub content_type: String,
    /// What the caller noted besides, by name in lower case.
    pub metadata: BTreeMap<String, String>,
    /// The checksum that came with it.
    pub checksum: Option<Checksum>,
    /// How it is encrypted.
    pub encryption: ObjectEncryption,
}

/// A checksum as S3 shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checksum {
    /// `CRC32` or `SHA256`
    pub algorithm: String,
    /// In base64.
    pub value: String,
}

/// How an object is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectEncryption {
    /// With what.
    pub algorithm: Algorithm,
    /// The ARN of the key of KMS.
    pub key: Option<String>,
    /// Whether a bucket key was used.
    pub bucket_key: bool,
}

/// The ARN of a bucket, which names neither an account nor a region.
pub(crate) fn bucket_arn(name: &str) -> String {
    format!("arn:aws:s3:::{name}")
}

impl Default for Encryption {
    /// How S3 encrypts unless it is told otherwise: with its own keys since January 2023, and since April 2026 with no
    /// others that a caller brings.
    ///
    /// Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html> and
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html>
    fn default() -> Self {
        Self { algorithm: Algorithm::Aes256, key: None, bucket_key: false, blocked: vec!["SSE-C".to_owned()] }
    }
}

impl PublicAccessBlock {
    /// What a new bucket has since April 2023.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html>
    pub const ALL: PublicAccessBlock = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

impl Versioning {
    /// As S3 spells it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }
}

impl Algorithm {
    /// The algorithm that S3 spells like this.
    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::Aes256, Self::Kms, Self::KmsDsse].into_iter().find(|algorithm| algorithm.word() == word)
    }

    /// As S3 spells it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Aes256 => "AES256",
            Self::Kms => "aws:kms",
            Self::KmsDsse => "aws:kms:dsse",
        }
    }
}

impl Bucket {
    /// The current version of an object, which may be a marker that it was deleted.
    pub(super) fn current(&self, key: &str) -> Option<&Version> {
        self.objects.get(key).and_then(|versions| versions.last())
    }
}
