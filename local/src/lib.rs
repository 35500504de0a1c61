//! An AWS embedded in the program: the services and operations that `deploy` uses, with AWS's rules and AWS's errors.
//!
//! A newcomer has no account, and a proof is only as good as the world it is made in; so this world is no kinder than
//! the real one. The core is pure: a [`World`](world::World) and, for each operation, a function from a
//! [`Call`](call::Call) to a reply or an [`ApiError`](error::ApiError). Time comes in as an argument and ids come from a
//! seeded generator. Four codecs stand at the edge, and two doors lead to the same core: [`Local::call`] in process and
//! [`serve`] on a loopback port.
//!
//! This crate must never depend on an AWS SDK, print, exit, or listen on anything but the loopback interface.

mod admission;
mod asked;
mod authorization;
pub mod call;
pub mod codec;
mod constraint;
pub mod error;
pub mod gate;
mod local;
mod migration;
pub mod pagination;
pub mod serve;
pub mod settings;
mod skew;
pub mod store;
mod tagging;
pub mod time;
mod traffic;
pub mod world;

pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod s3;
pub mod secretsmanager;
pub mod ssm;
pub mod sts;

pub use local::{Answer, Local};
pub use settings::Settings;
pub use store::OpenError;
pub use time::Time;
