//! What is there: the buckets of the environment, and what is set on them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_s3::types::{BucketVersioningStatus, PublicAccessBlockConfiguration, ServerSideEncryptionRule};
use deploy_plugin::model::{Fault, Input, Part};
use deploy_plugin::{Found, Purpose, Scope};
use futures::future::try_join3;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::bucket::{Bucket, BucketOutputs, Encryption, PublicAccessBlock};
use crate::fault::{absent, fault};
use crate::s3::S3;

/// How many buckets are looked at side by side.
const AT_ONCE: usize = 16;

/// What is set on a bucket.
struct Settings {
    versioning: bool,
    encryption: Encryption,
    public_access_block: PublicAccessBlock,
}

impl S3 {
    /// The buckets of the environment.
    pub async fn owned(&self, scope: &Scope) -> Result<Vec<Found<Bucket>>, Fault> {
        let mut names = BTreeSet::new();
        for beginning in beginnings(scope) {
            names.extend(self.beginning_with(&beginning).await?);
        }
        let found = stream::iter(names).map(|name| self.found(name, scope)).buffer_unordered(AT_ONCE);
        Ok(found.try_collect::<Vec<_>>().await?.into_iter().flatten().collect())
    }

    /// The names of the account's buckets in this region that begin like this.
    async fn beginning_with(&self, beginning: &str) -> Result<Vec<String>, Fault> {
        let request = self.reads.list_buckets().prefix(beginning).bucket_region(&self.region);
        let mut pages = request.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.try_next().await.map_err(fault("ListBuckets"))? {
            // A server that ignores a filter must not have us look at what is not asked for.
            let here = page
                .buckets
                .unwrap_or_default()
                .into_iter()
                .filter(|bucket| bucket.bucket_region.as_ref().is_none_or(|region| *region == self.region));
            names.extend(here.filter_map(|bucket| bucket.name).filter(|name| name.starts_with(beginning)));
        }
        Ok(names)
    }

    /// The bucket, where it is the environment's. One that was deleted since the listing is one that is not there.
    async fn found(&self, name: String, scope: &Scope) -> Result<Option<Found<Bucket>>, Fault> {
        let Some(tags) = self.tags(&name).await? else { return Ok(None) };
        let Some(address) = scope.owner.address_in(&tags) else { return Ok(None) };
        let settings = match scope.purpose {
            Purpose::Delete => Some(Settings::new()),
            Purpose::Compare => self.settings(&name).await?,
        };
        let Some(Settings { versioning, encryption, public_access_block }) = settings else { return Ok(None) };
        let tags = tags.into_iter().filter(|(key, _)| is_the_users(key)).collect();
        let inputs = Bucket { name: name.clone().into(), versioning, encryption, public_access_block, tags };
        Ok(Some(Found { address, outputs: BucketOutputs::of(&name, &self.region), id: name, inputs }))
    }

    /// All tags; `None` where the bucket is gone.
    pub async fn tags(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Fault> {
        match self.reads.get_bucket_tagging().bucket(name).send().await.map_err(fault("GetBucketTagging")) {
            Ok(reply) => Ok(Some(reply.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
            Err(fault) if fault.has_code("NoSuchTagSet") => Ok(Some(BTreeMap::new())),
            Err(fault) => absent(Err(fault.help(format!("it was about the bucket {name}: see its policy")))),
        }
    }

    /// What is set; `None` where the bucket is gone.
    async fn settings(&self, name: &str) -> Result<Option<Settings>, Fault> {
        let read = try_join3(self.versioning(name), self.encryption(name), self.public_access_block(name));
        let settings =
            |(versioning, encryption, public_access_block)| Settings { versioning, encryption, public_access_block };
        Ok(absent(read.await)?.map(settings))
    }

    async fn versioning(&self, name: &str) -> Result<bool, Fault> {
        let reply =
            self.reads.get_bucket_versioning().bucket(name).send().await.map_err(fault("GetBucketVersioning"))?;
        Ok(reply.status == Some(BucketVersioningStatus::Enabled))
    }

    async fn encryption(&self, name: &str) -> Result<Encryption, Fault> {
        let reply = self.reads.get_bucket_encryption().bucket(name).send().await.map_err(fault("GetBucketEncryption"));
        match reply {
            Ok(reply) => {
                let rules = reply.server_side_encryption_configuration.map(|configuration| configuration.rules);
                Ok(rules.and_then(|rules| rules.into_iter().find_map(of_rule)).unwrap_or_else(Encryption::s3))
            }
            // What S3 answered before it encrypted everything, and other servers still do.
            Err(fault) if fault.has_code("ServerSideEncryptionConfigurationNotFoundError") => Ok(Encryption::s3()),
            Err(fault) => Err(fault),
        }
    }

    async fn public_access_block(&self, name: &str) -> Result<PublicAccessBlock, Fault> {
        let request = self.reads.get_public_access_block().bucket(name);
        match request.send().await.map_err(fault("GetPublicAccessBlock")) {
            Ok(reply) => Ok(reply.public_access_block_configuration.map_or(PublicAccessBlock::NONE, of_configuration)),
            Err(fault) if fault.has_code("NoSuchPublicAccessBlockConfiguration") => Ok(PublicAccessBlock::NONE),
            Err(fault) => Err(fault),
        }
    }
}

impl Settings {
    /// What a new bucket is like, as far as anybody compares.
    fn new() -> Self {
        let public_access_block = PublicAccessBlock::default();
        Self { versioning: false, encryption: Encryption::s3(), public_access_block }
    }
}

/// How the names begin that have to be looked at: like the environment's, and like those that are desired. A name is known
/// up to the first thing that only AWS knows.
fn beginnings(scope: &Scope) -> BTreeSet<String> {
    let wanted = scope.wanted::<Bucket>().into_iter().map(|(_, bucket)| match bucket.name {
        Input::Value(name) => name,
        Input::Reference(_) => String::new(),
        Input::Text(parts) => match parts.into_iter().next() {
            Some(Part::Fixed(beginning)) => beginning,
            _ => String::new(),
        },
    });
    let others = wanted.filter(|beginning| !beginning.starts_with(&scope.prefix));
    [scope.prefix.clone()].into_iter().chain(others).collect()
}

/// Whether a tag is neither AWS's own nor one that says who owns the bucket.
fn is_the_users(key: &str) -> bool {
    !deploy_plugin::model::owner::is_ownership_tag(key) && !key.starts_with("aws:")
}

fn of_rule(rule: ServerSideEncryptionRule) -> Option<Encryption> {
    let default = rule.apply_server_side_encryption_by_default?;
    let algorithm = default.sse_algorithm.as_str().to_owned();
    // Where S3 has its own keys there is nothing to save.
    let bucket_key = algorithm != Encryption::s3().algorithm && rule.bucket_key_enabled.unwrap_or_default();
    Some(Encryption { algorithm, kms_key: default.kms_master_key_id.map(Input::Value), bucket_key })
}

fn of_configuration(found: PublicAccessBlockConfiguration) -> PublicAccessBlock {
    let is_on = |setting: Option<bool>| setting.unwrap_or_default();
    PublicAccessBlock {
        block_public_acls: is_on(found.block_public_acls),
        ignore_public_acls: is_on(found.ignore_public_acls),
        block_public_policy: is_on(found.block_public_policy),
        restrict_public_buckets: is_on(found.restrict_public_buckets),
    }
}
