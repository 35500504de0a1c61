//! `ecs.service`: how many tasks run, where, and how they are rolled out.

mod kind;
mod reading;
mod requests;
mod rollout;

pub use kind::ServiceKind;
pub use rollout::Wait;
pub(crate) use rollout::{Rollout, goes_on, stopped_before};
