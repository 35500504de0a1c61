//! The kind `bucket.bucket`.

use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange};
use deploy_plugin::{Context, Found, Host, Kind, Made, Scope};

use crate::bucket::{Bucket, BucketOutputs, Encryption};
use crate::calls::Tags;
use crate::s3::S3;

/// Finds, makes, changes and deletes buckets.
pub struct BucketKind {
    /// Nothing while the plugin only describes itself.
    s3: Option<S3>,
}

impl BucketKind {
    /// The kind, acting where `host` says.
    pub fn new(host: &Host) -> Self {
        Self { s3: S3::of(host) }
    }

    fn s3(&self) -> Result<&S3, Fault> {
        let unknown = || Fault::new(FaultKind::Denied, "the plugin `bucket` was not told where AWS is");
        self.s3.as_ref().ok_or_else(|| unknown().help("grant it the scope: `deploy plugin add FOLDER --grant aws`"))
    }
}

impl Kind for BucketKind {
    type Inputs = Bucket;

    const CREATES_ONCE: bool = true;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Bucket>>, Fault> {
        self.s3()?.owned(scope).await
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Bucket) -> Result<Made<BucketOutputs>, Fault> {
        let (s3, name) = (self.s3()?, inputs.name.known()?);
        s3.create(name, owned(cx, address, inputs.tags.clone())).await?;
        Ok(Made { id: name.clone(), outputs: BucketOutputs::of(name, &s3.region) })
    }

    /// One call after the other: S3 refuses a change while another is at work (`OperationAborted`). What keeps it private
    /// is said even where it is what AWS chooses.
    async fn complete(&self, _cx: &Context, made: Found<Bucket>) -> Result<Made<BucketOutputs>, Fault> {
        let (s3, name) = (self.s3()?, &made.id);
        s3.put_public_access_block(name, made.inputs.public_access_block).await?;
        if made.inputs.encryption != Encryption::s3() {
            s3.put_encryption(name, &made.inputs.encryption).await?;
        }
        if made.inputs.versioning {
            s3.put_versioning(name, true).await?;
        }
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        cx: &Context,
        live: Found<Bucket>,
        inputs: Bucket,
        _changes: &[FieldChange],
    ) -> Result<Made<BucketOutputs>, Fault> {
        let (s3, name) = (self.s3()?, &live.id);
        if live.inputs.public_access_block != inputs.public_access_block {
            s3.put_public_access_block(name, inputs.public_access_block).await?;
        }
        if live.inputs.encryption != inputs.encryption {
            s3.put_encryption(name, &inputs.encryption).await?;
        }
        if live.inputs.versioning != inputs.versioning {
            s3.put_versioning(name, inputs.versioning).await?;
        }
        if live.inputs.tags != inputs.tags {
            s3.put_tags(name, owned(cx, &live.address, inputs.tags)).await?;
        }
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, cx: &Context, live: Found<Bucket>, to: &Address) -> Result<(), Fault> {
        self.s3()?.put_tags(&live.id, owned(cx, to, live.inputs.tags)).await
    }

    async fn delete(&self, _cx: &Context, live: Found<Bucket>) -> Result<(), Fault> {
        self.s3()?.delete_empty(&live.id).await
    }
}

/// The user's tags, and those by which the bucket is found again.
fn owned(cx: &Context, address: &Address, mut tags: Tags) -> Tags {
    tags.extend(cx.owner().tags(address));
    tags
}
