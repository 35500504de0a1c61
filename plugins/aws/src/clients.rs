//! Which clients there are, and what they have in common.

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::os_shim_internal::{Env, Fs};
use deploy_model::{Fault, NotARegion, check_region};

use crate::barrier::{Barrier, Pass};
use crate::credentials::{Key, Sendable, key, variables_must_hold_keys};
use crate::endpoint;
use crate::haste::hastened;
use crate::skew::AwsTime;

/// How the clients are made. What is absent comes from AWS's own chain: variables, profiles, roles.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region, such as `ap-northeast-1`.
    pub region: Option<String>,
    /// A profile of AWS's shared configuration files.
    pub profile: Option<String>,
    /// Another address for every service.
    pub endpoint_url: Option<String>,
    /// An AWS that is not reached over the network: its carrier, and the account to act in.
    pub embedded: Option<Embedded>,
}

/// An AWS that lives in this process.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// What carries the requests.
    pub http: SharedHttpClient,
    /// The account to act in.
    pub account: String,
}

/// Why no clients could be made. Nothing was called, but for what the credential chain itself calls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No region is known.
    #[error("no region is known")]
    NoRegion,
    /// What a variable or a profile names is no region.
    #[error(transparent)]
    NotARegion(#[from] NotARegion),
    /// What a variable, a profile or the configuration names is no endpoint.
    #[error("`{0}` is not the address of an endpoint")]
    NotAnEndpoint(String),
    /// A variable that is to hold a key, or a part of one, holds none.
    #[error("`{0}` holds a character that no key has")]
    NoKey(&'static str),
    /// The named profile does not exist.
    #[error("the profile `{0}` does not exist")]
    NoProfile(String),
}

/// The clients of one run. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Clients(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    region: String,
    endpoints: Vec<String>,
    endpoint_url: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    pace: Pace,
    sts: aws_sdk_sts::Client,
    #[cfg(feature = "ec2")]
    ec2: Service<aws_sdk_ec2::Client>,
    #[cfg(feature = "ecr")]
    ecr: Service<aws_sdk_ecr::Client>,
    #[cfg(feature = "ecs")]
    ecs: Service<aws_sdk_ecs::Client>,
    #[cfg(feature = "iam")]
    iam: Service<aws_sdk_iam::Client>,
    #[cfg(feature = "kms")]
    kms: Service<aws_sdk_kms::Client>,
    #[cfg(feature = "logs")]
    logs: Service<aws_sdk_cloudwatchlogs::Client>,
    #[cfg(feature = "secretsmanager")]
    secretsmanager: Service<aws_sdk_secretsmanager::Client>,
    #[cfg(feature = "ssm")]
    ssm: Service<aws_sdk_ssm::Client>,
    barrier: Barrier,
    /// What is written here passes no barrier.
    #[cfg(feature = "ssm")]
    ledger: aws_sdk_ssm::Client,
}

/// Two clients of one service.
///
/// A read may be sent twice; a write may not, for most of them have no client token, and a retry after
/// a lost reply would make a twin. Only the engine sends a write again.
#[derive(Clone, Debug)]
pub struct Service<C> {
    /// Retries, with pauses that grow.
    pub reads: C,
    /// Sends every request once.
    pub writes: C,
}

/// How often a waiter looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The pause between two looks.
    pub poll: Duration,
    /// The pause between two looks for what was written a moment ago and may not be shown everywhere.
    pub settle: Duration,
    /// How long the tasks of a service must run before a failure counts as overcome.
    pub steady: Duration,
}

impl Pace {
    /// That of a service on this machine, which counts no requests.
    pub(crate) const NEAR: Self =
        Self { poll: Duration::from_millis(50), settle: Duration::from_millis(50), steady: Duration::from_secs(1) };
    /// That of AWS.
    pub(crate) const FAR: Self =
        Self { poll: Duration::from_secs(3), settle: Duration::from_secs(2), steady: Duration::from_secs(60) };

    pub(crate) fn of(is_near: bool) -> Self {
        if is_near { Self::NEAR } else { Self::FAR }
    }
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Without it a server that accepts and never answers would hold a run for ever: the SDK has no read timeout by default.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
const READ_ATTEMPTS: u32 = 8;
/// The SDK waits for a random part of it, and for twice as long after each attempt.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);
/// The first question to an AWS that is not there should not be asked for half a minute.
const IDENTITY_ATTEMPTS: u32 = 3;

impl Clients {
    /// Makes the clients. Credentials are looked for when the first request is sent.
    ///
    /// # Errors
    /// Where no region is known, or the region, the endpoint, the profile or a variable cannot be used.
    pub async fn connect(settings: Settings) -> Result<Self, ConnectError> {
        let is_embedded = settings.embedded.is_some();
        let base = load(settings).await?;
        let endpoints = if is_embedded { Vec::new() } else { endpoint::hosts(&base) };
        let is_near = is_embedded || endpoint::is_near(&base);
        Self::of(base, endpoints, Pace::of(is_near))
    }

    /// Clients that reach nothing: for what a plugin says of itself before anything is known of AWS.
    pub fn detached() -> Self {
        let http = crate::through(Arc::new(|_| (http::Response::new(Vec::new()), Duration::ZERO)));
        let embedded = Embedded { http, account: "000000000000".to_owned() };
        let base = inside(embedded, Some("us-east-1".to_owned()), TimeoutConfig::disabled());
        Self::of(base, Vec::new(), Pace { poll: Duration::ZERO, settle: Duration::ZERO, steady: Duration::ZERO })
            .expect("a region is given")
    }

    pub(crate) fn of(base: SdkConfig, endpoints: Vec<String>, pace: Pace) -> Result<Self, ConnectError> {
        let base = on_the_time_of_aws(&base);
        let region = base.region().ok_or(ConnectError::NoRegion)?.as_ref().to_owned();
        let endpoint_url = base.endpoint_url().map(str::to_owned);
        let credentials = base.credentials_provider();
        // The region becomes part of every host's name.
        check_region(&region)?;
        // Not the adaptive mode: after two throttled calls its rate limiter holds every call of a client back for 22 s.
        let retries = |attempts| {
            RetryConfig::standard()
                .with_max_attempts(attempts)
                .with_initial_backoff(hastened(FIRST_BACKOFF))
                .with_max_backoff(hastened(LONGEST_BACKOFF))
        };
        let identity = base.to_builder().retry_config(retries(IDENTITY_ATTEMPTS)).build();
        let reads = base.to_builder().retry_config(retries(READ_ATTEMPTS)).build();
        let barrier = Barrier::default();
        let free = base.into_builder().retry_config(RetryConfig::disabled()).build();
        let mut writes = free.to_builder();
        writes.set_http_client(free.http_client().map(|client| barrier.before(client)));
        let writes = writes.build();
        Ok(Self(Arc::new(Inner {
            region,
            endpoints,
            endpoint_url,
            credentials,
            pace,
            barrier,
            #[cfg(feature = "ssm")]
            ledger: aws_sdk_ssm::Client::new(&free),
            sts: aws_sdk_sts::Client::new(&identity),
            #[cfg(feature = "ec2")]
            ec2: Service { reads: aws_sdk_ec2::Client::new(&reads), writes: aws_sdk_ec2::Client::new(&writes) },
            #[cfg(feature = "ecr")]
            ecr: Service { reads: aws_sdk_ecr::Client::new(&reads), writes: aws_sdk_ecr::Client::new(&writes) },
            #[cfg(feature = "ecs")]
            ecs: Service { reads: aws_sdk_ecs::Client::new(&reads), writes: aws_sdk_ecs::Client::new(&writes) },
            #[cfg(feature = "iam")]
            iam: Service { reads: aws_sdk_iam::Client::new(&reads), writes: aws_sdk_iam::Client::new(&writes) },
            #[cfg(feature = "kms")]
            kms: Service { reads: aws_sdk_kms::Client::new(&reads), writes: aws_sdk_kms::Client::new(&writes) },
            #[cfg(feature = "logs")]
            logs: Service {
                reads: aws_sdk_cloudwatchlogs::Client::new(&reads),
                writes: aws_sdk_cloudwatchlogs::Client::new(&writes),
            },
            #[cfg(feature = "secretsmanager")]
            secretsmanager: Service {
                reads: aws_sdk_secretsmanager::Client::new(&reads),
                writes: aws_sdk_secretsmanager::Client::new(&writes),
            },
            #[cfg(feature = "ssm")]
            ssm: Service { reads: aws_sdk_ssm::Client::new(&reads), writes: aws_sdk_ssm::Client::new(&writes) },
        })))
    }

    /// The region that every request goes to.
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// The hosts, with their ports, that requests go to instead of AWS's own. None for the embedded AWS.
    pub fn endpoints(&self) -> &[String] {
        &self.0.endpoints
    }

    /// The address that every service is asked at instead of AWS's own, where one is set.
    pub fn endpoint_url(&self) -> Option<&str> {
        self.0.endpoint_url.as_deref()
    }

    /// The key that requests are signed with, good for now: for those who send requests of their own.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn key(&self) -> Result<Key, Fault> {
        key(self.0.credentials.as_ref()).await
    }

    /// How often a waiter looks.
    pub fn pace(&self) -> Pace {
        self.0.pace
    }

    /// Has every write pass this from now on, right before it is sent. Where it may not, its fault is this one's.
    pub fn hold_back(&self, pass: Pass) {
        self.0.barrier.put_up(pass);
    }

    /// Parameter Store for what the program keeps about itself: reads as [`Clients::ssm`] does, and writes that nothing
    /// holds back.
    #[cfg(feature = "ssm")]
    pub fn ledger(&self) -> Service<aws_sdk_ssm::Client> {
        Service { reads: self.0.ssm.reads.clone(), writes: self.0.ledger.clone() }
    }

    pub(crate) fn sts(&self) -> &aws_sdk_sts::Client {
        &self.0.sts
    }

    /// EC2: networks and security groups.
    #[cfg(feature = "ec2")]
    pub fn ec2(&self) -> &Service<aws_sdk_ec2::Client> {
        &self.0.ec2
    }

    /// ECR: image repositories.
    #[cfg(feature = "ecr")]
    pub fn ecr(&self) -> &Service<aws_sdk_ecr::Client> {
        &self.0.ecr
    }

    /// ECS: clusters, task definitions, services.
    #[cfg(feature = "ecs")]
    pub fn ecs(&self) -> &Service<aws_sdk_ecs::Client> {
        &self.0.ecs
    }

    /// IAM: roles.
    #[cfg(feature = "iam")]
    pub fn iam(&self) -> &Service<aws_sdk_iam::Client> {
        &self.0.iam
    }

    /// KMS: whether a key can be used.
    #[cfg(feature = "kms")]
    pub fn kms(&self) -> &Service<aws_sdk_kms::Client> {
        &self.0.kms
    }

    /// CloudWatch Logs: log groups.
    #[cfg(feature = "logs")]
    pub fn logs(&self) -> &Service<aws_sdk_cloudwatchlogs::Client> {
        &self.0.logs
    }

    /// Secrets Manager: secrets.
    #[cfg(feature = "secretsmanager")]
    pub fn secretsmanager(&self) -> &Service<aws_sdk_secretsmanager::Client> {
        &self.0.secretsmanager
    }

    /// Systems Manager: parameters.
    #[cfg(feature = "ssm")]
    pub fn ssm(&self) -> &Service<aws_sdk_ssm::Client> {
        &self.0.ssm
    }
}

/// The same, signing by the time that AWS tells. The SDK's own correction would correct that once more.
fn on_the_time_of_aws(base: &SdkConfig) -> SdkConfig {
    let time = AwsTime::default();
    let mut builder = base.to_builder().disable_clock_skew_correction(true);
    builder.set_http_client(base.http_client().map(|client| time.told_by(client)));
    builder.set_time_source(Some(SharedTimeSource::new(time)));
    builder.build()
}

pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(hastened(READ_TIMEOUT))
        .operation_attempt_timeout(hastened(ATTEMPT_TIMEOUT))
        .build()
}

async fn load(settings: Settings) -> Result<SdkConfig, ConnectError> {
    let timeouts = timeouts();
    if let Some(embedded) = settings.embedded {
        return Ok(inside(embedded, settings.region, timeouts));
    }
    variables_must_hold_keys()?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts).http_client(over_tls());
    if let Some(region) = settings.region {
        loader = loader.region(Region::new(region));
    }
    if let Some(profile) = settings.profile.or_else(|| variable("AWS_PROFILE")) {
        profile_must_exist(&profile).await?;
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint_url) = &settings.endpoint_url {
        loader = loader.endpoint_url(endpoint_url);
    }
    settings.endpoint_url.or_else(|| variable("AWS_ENDPOINT_URL")).map_or(Ok(()), must_be_an_endpoint)?;
    let base = loader.load().await;
    let sendable = base.credentials_provider().map(|provider| SharedCredentialsProvider::new(Sendable(provider)));
    let mut builder = base.into_builder();
    builder.set_credentials_provider(sendable);
    Ok(builder.build())
}

/// A variable of AWS's own. One that is no text is not passed over: that would be another profile, and another account.
fn variable(name: &str) -> Option<String> {
    Some(std::env::var_os(name)?.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
}

/// Without this a text that is no address shows as credentials that are not there.
fn must_be_an_endpoint(text: String) -> Result<(), ConnectError> {
    let address = text.parse::<http::Uri>().ok();
    let fits = address.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    if fits { Ok(()) } else { Err(ConnectError::NotAnEndpoint(endpoint::shown(&text))) }
}

/// Nothing that the machine has for the real AWS may reach the embedded one, so nothing is looked up.
fn inside(embedded: Embedded, region: Option<String>, timeouts: TimeoutConfig) -> SdkConfig {
    let key = Credentials::from_keys(embedded.account, "embedded", None);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.map(Region::new))
        .endpoint_url("http://embedded.aws")
        .http_client(embedded.http)
        .credentials_provider(SharedCredentialsProvider::new(key))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .timeout_config(timeouts)
        .build()
}

pub(crate) fn over_tls() -> SharedHttpClient {
    use aws_smithy_http_client::{Builder, tls};
    Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

/// Without this a missing profile shows as "failed to load IMDS session token" a few seconds later.
async fn profile_must_exist(name: &str) -> Result<(), ConnectError> {
    let files = EnvConfigFiles::default();
    match aws_config::profile::load(&Fs::real(), &Env::real(), &files, None).await {
        Ok(profiles) if profiles.get_profile(name).is_none() => Err(ConnectError::NoProfile(name.to_owned())),
        _ => Ok(()),
    }
}
