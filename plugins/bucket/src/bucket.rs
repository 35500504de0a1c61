//! The inputs and outputs of `bucket.bucket`.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use deploy_plugin::model::Input;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a bucket shall be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// The name. All accounts of a partition share one space of names.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: Input<String>,
    /// Whether an object that is overwritten or deleted can be had back.
    pub versioning: bool,
    /// How new objects are encrypted that do not say it themselves.
    pub encryption: Encryption,
    /// What keeps it private, whatever its policy and its objects say.
    pub public_access_block: PublicAccessBlock,
    /// The user's tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// How objects are encrypted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    /// `AES256` for keys of S3's own, `aws:kms` for a key of KMS.
    pub algorithm: String,
    /// The key of KMS; AWS's own, `aws/s3`, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<Input<String>>,
    /// Whether S3 asks KMS once for many objects.
    pub bucket_key: bool,
}

/// The four settings that keep a bucket private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PublicAccessBlock {
    /// Access control lists that would make something public are refused.
    pub block_public_acls: bool,
    /// Access control lists that make something public have no effect.
    pub ignore_public_acls: bool,
    /// Policies that would make the bucket public are refused.
    pub block_public_policy: bool,
    /// A policy that makes the bucket public gives access to nobody outside the account.
    pub restrict_public_buckets: bool,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BucketOutputs {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The host that answers for it.
    pub domain_name: String,
}

impl Resource for Bucket {
    const KIND: &'static str = "bucket.bucket";
    type Outputs = BucketOutputs;
}

impl Encryption {
    /// With keys of S3's own: what a new bucket has since January 2023.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html>
    pub fn s3() -> Self {
        Self { algorithm: "AES256".to_owned(), kms_key: None, bucket_key: false }
    }

    /// With a key of KMS. S3 asks for it once for many objects: each question has its price.
    pub fn kms(kms_key: Option<Input<String>>) -> Self {
        Self { algorithm: "aws:kms".to_owned(), kms_key, bucket_key: true }
    }
}

impl Default for PublicAccessBlock {
    fn default() -> Self {
        Self {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        }
    }
}

impl PublicAccessBlock {
    /// What a bucket has that has no such settings.
    pub const NONE: Self = Self {
        block_public_acls: false,
        ignore_public_acls: false,
        block_public_policy: false,
        restrict_public_buckets: false,
    };
}

impl BucketOutputs {
    /// The outputs of the bucket `name` in a region.
    pub fn of(name: &str, region: &str) -> Self {
        let (partition, suffix) = partition(region);
        Self {
            name: name.to_owned(),
            arn: format!("arn:{partition}:s3:::{name}"),
            domain_name: format!("{name}.s3.{region}.{suffix}"),
        }
    }
}

/// The partition that a region belongs to, and how its hosts end.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn partition(region: &str) -> (&'static str, &'static str) {
    let of = |beginning: &str| region.starts_with(beginning);
    match () {
        () if of("cn-") => ("aws-cn", "amazonaws.com.cn"),
        () if of("us-gov-") => ("aws-us-gov", "amazonaws.com"),
        () if of("eusc-") => ("aws-eusc", "amazonaws.eu"),
        () => ("aws", "amazonaws.com"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_follow_the_partition() {
        let china = BucketOutputs::of("shop", "cn-north-1");
        assert_eq!(
            (china.arn.as_str(), china.domain_name.as_str()),
            ("arn:aws-cn:s3:::shop", "shop.s3.cn-north-1.amazonaws.com.cn")
        );
        assert_eq!(BucketOutputs::of("shop", "eu-west-1").arn, "arn:aws:s3:::shop");
    }
}
