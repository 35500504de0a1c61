//! The inputs and outputs of every kind that `deploy` carries, for whoever composes them.
//!
//! A stage that puts a log group beside each service, a sidecar into each task definition, or a word of warning on a rule
//! of a security group needs to say what such a resource is, not how AWS is asked for it. This crate holds what it is: the
//! types, how they are written down, and the annotations that the diff follows. A kind's finding, making, changing and
//! deleting stands in the crate of its stage, with the AWS SDK.
//!
//! This crate never imports an AWS SDK, a stage or a stage's configuration, and performs no input or output.

pub mod iam;
pub mod network;
pub mod secrets;
pub mod security;
