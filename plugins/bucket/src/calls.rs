//! The calls that make and change a bucket, each sent once.

use std::collections::BTreeMap;

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, PublicAccessBlockConfiguration,
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    Tag, Tagging, VersioningConfiguration,
};
use deploy_plugin::model::Fault;

use crate::bucket::{Encryption, PublicAccessBlock};
use crate::fault::{absent, fault};
use crate::s3::S3;

/// Tags, by key.
pub type Tags = BTreeMap<String, String>;

/// The region that a bucket is in that names none: its name is no constraint.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>
const FIRST_REGION: &str = "us-east-1";

impl S3 {
    /// Makes a bucket with its tags: since November 2025 one call takes both. One that is there with the same tags is the
    /// one that was asked for: the call was sent twice.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
    pub async fn create(&self, name: &str, tags: Tags) -> Result<(), Fault> {
        let constraint = (self.region != FIRST_REGION).then(|| BucketLocationConstraint::from(self.region.as_str()));
        let configuration = CreateBucketConfiguration::builder()
            .set_location_constraint(constraint)
            .set_tags(Some(written(tags.clone())?))
            .build();
        let request = self.writes.create_bucket().bucket(name).create_bucket_configuration(configuration);
        let Err(fault) = request.send().await.map_err(fault("CreateBucket")) else { return Ok(()) };
        match fault.code.as_deref() {
            // That it cannot be read is no better answer than that it is there.
            Some("BucketAlreadyOwnedByYou") if self.tags(name).await.is_ok_and(|found| found == Some(tags)) => Ok(()),
            Some("BucketAlreadyOwnedByYou") => Err(fault.help(format!(
                "{name} is a bucket of this account without this environment's tags, or in another region: set another `name`"
            ))),
            Some("BucketAlreadyExists") => {
                Err(fault.help(format!("the name {name} belongs to another account: set another `name`")))
            }
            _ => Err(fault),
        }
    }

    /// Keeps versions from now on, or makes no more. Those that are there stay.
    pub async fn put_versioning(&self, name: &str, enabled: bool) -> Result<(), Fault> {
        let status = if enabled { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
        let configuration = VersioningConfiguration::builder().status(status).build();
        let request = self.writes.put_bucket_versioning().bucket(name).versioning_configuration(configuration);
        request.send().await.map(drop).map_err(fault("PutBucketVersioning"))
    }

    /// Encrypts new objects like this.
    pub async fn put_encryption(&self, name: &str, encryption: &Encryption) -> Result<(), Fault> {
        let key = encryption.kms_key.as_ref().map(|key| key.known().cloned()).transpose()?;
        let default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::from(encryption.algorithm.as_str()))
            .set_kms_master_key_id(key)
            .build()
            .map_err(unbuilt)?;
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(default)
            .bucket_key_enabled(encryption.bucket_key)
            .build();
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(unbuilt)?;
        let request = self.writes.put_bucket_encryption().bucket(name);
        let request = request.server_side_encryption_configuration(configuration);
        request.send().await.map(drop).map_err(fault("PutBucketEncryption"))
    }

    /// Keeps the bucket private like this.
    pub async fn put_public_access_block(&self, name: &str, block: PublicAccessBlock) -> Result<(), Fault> {
        let configuration = PublicAccessBlockConfiguration::builder()
            .block_public_acls(block.block_public_acls)
            .ignore_public_acls(block.ignore_public_acls)
            .block_public_policy(block.block_public_policy)
            .restrict_public_buckets(block.restrict_public_buckets)
            .build();
        let request = self.writes.put_public_access_block().bucket(name);
        let request = request.public_access_block_configuration(configuration);
        request.send().await.map(drop).map_err(fault("PutPublicAccessBlock"))
    }

    /// Puts these tags in the place of all that the bucket has.
    pub async fn put_tags(&self, name: &str, tags: Tags) -> Result<(), Fault> {
        let tagging = Tagging::builder().set_tag_set(Some(written(tags)?)).build().map_err(unbuilt)?;
        let request = self.writes.put_bucket_tagging().bucket(name).tagging(tagging);
        request.send().await.map(drop).map_err(fault("PutBucketTagging"))
    }

    /// Deletes the bucket, which must be empty. One that is gone is fine.
    pub async fn delete_empty(&self, name: &str) -> Result<(), Fault> {
        let full = |fault: Fault| {
            match fault.has_code("BucketNotEmpty") {
            true => fault.help(format!(
                "no object is ever deleted here: empty {name} first, in the console (\"Empty\") with all versions, or without any by \
                 `aws s3 rm --recursive s3://{name}`"
            )),
            false => fault,
        }
        };
        let request = self.writes.delete_bucket().bucket(name);
        absent(request.send().await.map_err(fault("DeleteBucket")).map_err(full)).map(drop)
    }
}

fn written(tags: Tags) -> Result<Vec<Tag>, Fault> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(unbuilt)).collect()
}

/// Every builder is given what it must have.
fn unbuilt(error: BuildError) -> Fault {
    Fault::internal(error.to_string())
}
