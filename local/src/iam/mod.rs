//! IAM, as far as the roles of containers need it, and the evaluator of their policies.
//!
//! Query protocol in, XML out, API version 2010-05-08. Source of shapes, codes and quotas unless a file says otherwise:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>. What is changed here holds at once.

mod attached_policy;
mod boundary;
mod dispatch;
mod evaluate;
mod inline_policy;
mod managed_policy;
mod name;
mod pages;
mod policy;
mod role;
mod service_linked_role;
mod tag;
#[cfg(test)]
mod testing;

pub use dispatch::handle;
pub use evaluate::{Decision, allows, assumable_by};
pub use role::{Role, State};
