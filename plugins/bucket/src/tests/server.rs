//! The embedded AWS on a port, a host that knows it, and the kind as a host drives it.

use std::sync::Arc;

use deploy_local::Local;
use deploy_local::serve::Server;
use deploy_plugin::model::{Address, Fault, Live, Owner};
use deploy_plugin::wire::Credentials;
use deploy_plugin::{AnyKind, Aws, Context, Host, Purpose, Scope, Wanted, erase};
use serde_json::Value;

use crate::kind::BucketKind;
use crate::s3::S3;

/// An empty AWS, and the kind that acts in it.
pub struct Driver {
    kind: Arc<dyn AnyKind>,
    /// Clients of the same AWS, for what happens behind the kind's back.
    pub s3: S3,
    cx: Context,
}

impl Driver {
    /// Account 123456789012 in `region`.
    pub async fn start(region: &str) -> Self {
        let server = Server::bind(Local::in_memory(1), 0).await.expect("a free port");
        let url = format!("http://{}", server.address().expect("an address"));
        tokio::spawn(server.run());
        Self::at(url, region)
    }

    /// Where something answers at `url`.
    pub fn at(url: String, region: &str) -> Self {
        let credentials = Credentials {
            access_key_id: "123456789012".to_owned(),
            secret_access_key: "embedded".to_owned(),
            session_token: None,
            expires: None,
        };
        Self::with(&Host::offering(Aws { region: region.to_owned(), endpoint_url: Some(url) }, Some(credentials)))
    }

    /// Through `host`.
    pub fn with(host: &Host) -> Self {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        let s3 = S3::of(host).expect("a host that knows AWS");
        Self { kind: erase(BucketKind::new(host)), s3, cx: Context::quiet(owner) }
    }

    /// Makes the bucket, as the host does.
    pub async fn create(&self, name: &str, inputs: Value) -> Result<Live, Fault> {
        let made = self.kind.create(&self.cx, &address(name), inputs).await?;
        self.kind.complete(&self.cx, made).await
    }

    /// What there is.
    pub async fn discover(&self, wanted: Vec<Wanted>, purpose: Purpose) -> Vec<Live> {
        let scope = Scope { owner: self.cx.owner().clone(), prefix: "shop-dev".to_owned(), wanted, purpose };
        self.kind.discover(&self.cx, &scope).await.expect("discovered")
    }

    /// The only one that there is.
    pub async fn only(&self) -> Live {
        let mut found = self.discover(Vec::new(), Purpose::Compare).await;
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    /// Brings `live` to `inputs`.
    pub async fn update(&self, live: Live, inputs: Value) {
        self.kind.update(&self.cx, live, inputs, &[]).await.expect("updated");
    }

    /// Gives `live` another address.
    pub async fn retire(&self, live: Live, to: &Address) {
        self.kind.retire(&self.cx, live, to).await.expect("retired");
    }

    /// Deletes `live`.
    pub async fn delete(&self, live: Live) -> Result<(), Fault> {
        self.kind.delete(&self.cx, live).await
    }
}

/// The address of a bucket.
pub fn address(name: &str) -> Address {
    format!("bucket.bucket.{name}").parse().expect("an address")
}
