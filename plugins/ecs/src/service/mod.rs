//! `ecs.service`: how many tasks run, where, and how they are rolled out.

mod inputs;
mod kind;
mod requests;
mod rollout;
mod stopped;

pub use inputs::{CircuitBreaker, RolloutState, ServiceInputs, ServiceOutputs};
pub use kind::ServiceKind;
