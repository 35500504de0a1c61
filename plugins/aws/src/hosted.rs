//! Clients whose region, address and key come from whoever runs a plugin.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use deploy_model::Fault;

use crate::clients::{over_tls, timeouts};
use crate::credentials::Sendable;
use crate::endpoint::is_loopback;
use crate::{Clients, ConnectError, Key, Pace};

/// Asks for the key that requests are signed with now.
pub type KeySource = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Key, Fault>> + Send>> + Send + Sync>;

/// What a plugin is told of AWS.
pub struct Hosted {
    /// The region that every request goes to.
    pub region: String,
    /// The address that answers instead of AWS's own, where one does.
    pub endpoint_url: Option<String>,
    /// Asked when the first request is sent, and again shortly before the key ends.
    pub keys: KeySource,
}

impl Clients {
    /// Makes clients from what a plugin is told. Nothing that the machine has for AWS is looked up.
    ///
    /// # Errors
    /// Where the region is none.
    pub fn hosted(hosted: Hosted) -> Result<Self, ConnectError> {
        let Hosted { region, endpoint_url, keys } = hosted;
        let is_near = endpoint_url.as_deref().is_some_and(is_loopback);
        let provider = SharedCredentialsProvider::new(Sendable(SharedCredentialsProvider::new(Asked(keys))));
        let mut base = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .http_client(over_tls())
            .credentials_provider(provider)
            // One for all clients: each would ask for a key of its own.
            .identity_cache(IdentityCache::lazy().build())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .time_source(SharedTimeSource::new(SystemTimeSource::new()))
            .timeout_config(timeouts());
        base.set_endpoint_url(endpoint_url.clone());
        Self::of(base.build(), endpoint_url.into_iter().collect(), Pace::of(is_near))
    }
}

struct Asked(KeySource);

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}

impl ProvideCredentials for Asked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let key = (self.0)().await.map_err(CredentialsError::provider_error)?;
            let end = key.expires.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            Ok(Credentials::new(key.access_key_id, key.secret_access_key, key.session_token, end, "host"))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn key(expires: Option<u64>) -> Key {
        Key { access_key_id: "AKIDEXAMPLE".into(), secret_access_key: "s".into(), session_token: None, expires }
    }

    #[test]
    fn the_key_is_the_hosts_and_its_end_too() {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let keys: KeySource = Arc::new(|| {
            ASKED.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::ready(Ok(key(Some(7)))))
        });
        let hosted = Hosted { region: "ap-northeast-1".into(), endpoint_url: None, keys };
        let clients = Clients::hosted(hosted).expect("a region");
        assert_eq!(ASKED.load(Ordering::Relaxed), 0, "nothing is asked before it is needed");
        let mut asking = std::pin::pin!(clients.key());
        let Poll::Ready(Ok(key)) = asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("a key that is there is given at once");
        };
        assert_eq!((key.access_key_id.as_str(), key.expires), ("AKIDEXAMPLE", Some(7)));
    }
}
