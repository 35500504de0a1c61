//! The kind of the stage `iam`: roles, whom they trust and what they may do.
//!
//! Policy documents are held in a form in which the same meaning has one spelling: lists are always lists, and statements
//! stand under their `Sid`.

mod policy_document;
mod role;

pub use policy_document::{Effect, NotADocument, PolicyDocument, Statement, Texts};
pub use role::{Role, RoleOutputs};
