//! The AWS clients that every stage shares.
//!
//! The only crate that names an AWS SDK as a dependency: which TLS, which timeouts and which retries
//! are decided here, once. It knows no resource, prints nothing and reads no configuration file but
//! AWS's own.

mod barrier;
mod clients;
mod clock;
mod credentials;
mod door;
#[cfg(feature = "ec2")]
pub mod ec2_obstacles;
#[cfg(feature = "ec2")]
pub mod ec2_tags;
mod endpoint;
mod fault;
mod haste;
mod hosted;
mod identity;
mod layer;
pub mod obstacles;
mod skew;
pub mod tags;

#[cfg(feature = "logs")]
pub use aws_sdk_cloudwatchlogs as logs;
#[cfg(feature = "ec2")]
pub use aws_sdk_ec2 as ec2;
#[cfg(feature = "ecr")]
pub use aws_sdk_ecr as ecr;
#[cfg(feature = "ecs")]
pub use aws_sdk_ecs as ecs;
#[cfg(feature = "iam")]
pub use aws_sdk_iam as iam;
#[cfg(feature = "kms")]
pub use aws_sdk_kms as kms;
#[cfg(feature = "secretsmanager")]
pub use aws_sdk_secretsmanager as secretsmanager;
#[cfg(feature = "ssm")]
pub use aws_sdk_ssm as ssm;

pub use aws_smithy_runtime_api::client::http::SharedHttpClient;
pub use barrier::Pass;
pub use clients::{Clients, ConnectError, Embedded, Pace, Service, Settings};
pub use clock::ServerClock;
pub use credentials::Key;
pub use door::{Door, through};
pub use fault::{absent, fault};
pub use haste::hastened;
pub use hosted::{Hosted, KeySource};
pub use identity::{Identity, partition_of};
