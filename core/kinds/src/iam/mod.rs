//! The kind of the stage `iam`: roles, whom they trust and what they may do.

mod policy_document;
mod role;

pub use policy_document::{Effect, NotADocument, PolicyDocument, Statement, Texts};
pub use role::{Role, RoleOutputs};
