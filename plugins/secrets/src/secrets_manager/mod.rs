//! AWS Secrets Manager.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html>

mod listing;
mod put;
mod read;
mod versions;
mod write;

pub(crate) use listing::{described, discover, named, tags_of};
pub(crate) use put::{MOST_BYTES, put};
pub(crate) use read::{value_at, values};
pub(crate) use versions::versions;
pub(crate) use write::{delete, describe, tag, unmark};

/// The tag of a secret that was deleted here. Where one is brought back to be set anew and the run ends in between, its
/// old value must not be taken for the new one.
const DELETED: &str = "deploy:deleted";

/// The label of the version that is current.
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>
const CURRENT: &str = "AWSCURRENT";
