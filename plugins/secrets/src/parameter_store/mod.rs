//! Parameter Store of AWS Systems Manager.

mod listing;
mod put;
mod read;
mod versions;
mod write;

pub(crate) use listing::{below, discover, named, tags_of, with_tags};
pub(crate) use put::{ADVANCED_BYTES as MOST_BYTES, makes_advanced, put};
pub(crate) use read::{value_at, values};
pub(crate) use versions::versions;
pub(crate) use write::{delete, tag};
