//! The clients of S3, made of what the host says.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Config, Region, SharedHttpClient};
use aws_smithy_http_client::tls;
use deploy_plugin::{Aws, Host};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Without it a server that accepts and never answers would hold a run for ever: the SDK has no read timeout by default.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
const READ_ATTEMPTS: u32 = 8;
/// The SDK waits for a random part of it, and for twice as long after each attempt.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);

/// Two clients of S3. A read may be sent twice; a write may not: only the host sends one again.
#[derive(Clone, Debug)]
pub struct S3 {
    /// Retries, with pauses that grow.
    pub reads: Client,
    /// Sends every request once.
    pub writes: Client,
    /// The region that both ask.
    pub region: String,
}

impl S3 {
    /// The clients, where the host knows of an AWS.
    pub fn of(host: &Host) -> Option<Self> {
        let aws = host.aws()?;
        let retries = RetryConfig::standard()
            .with_max_attempts(READ_ATTEMPTS)
            .with_initial_backoff(FIRST_BACKOFF)
            .with_max_backoff(LONGEST_BACKOFF);
        let config = config(aws, host);
        let client = |retries| Client::from_conf(config.clone().retry_config(retries).build());
        Some(Self { reads: client(retries), writes: client(RetryConfig::disabled()), region: aws.region.clone() })
    }
}

/// What both clients have in common. An address that is none of AWS's own knows no hosts named after buckets.
fn config(aws: &Aws, host: &Host) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .build();
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(FromHost(host.clone()))
        .timeout_config(timeouts)
        .http_client(http_client(aws.endpoint_url.as_deref()));
    if let Some(endpoint_url) = &aws.endpoint_url {
        config = config.endpoint_url(endpoint_url).force_path_style(true);
    }
    config
}

/// Where nothing is encrypted, the system's certificates are not read: that takes milliseconds.
fn http_client(endpoint_url: Option<&str>) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new();
    if endpoint_url.is_some_and(|url| url.starts_with("http://")) {
        return builder.build_http();
    }
    builder.tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

/// Asks the host whenever the SDK has no credentials that are good for a while yet.
struct FromHost(Host);

impl FromHost {
    async fn ask(&self) -> provider::Result {
        let given = self.0.credentials().await.map_err(CredentialsError::provider_error)?;
        let expires = given.expires.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        Ok(Credentials::new(given.access_key_id, given.secret_access_key, given.session_token, expires, "deploy"))
    }
}

impl ProvideCredentials for FromHost {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.ask())
    }
}

impl fmt::Debug for FromHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromHost")
    }
}
