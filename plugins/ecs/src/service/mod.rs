//! `ecs.service`: how many tasks run, where, and how they are rolled out.

mod kind;
mod reading;
mod requests;
mod rollout;
mod stopped;

pub use kind::ServiceKind;
