//! IAM, as far as the roles of containers need it, and the evaluator of their policies.
//!
//! Query protocol in, XML out, API version 2010-05-08. Source of shapes, codes and quotas unless a file says otherwise:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>. What is changed here holds at once,
//! unless a setting says otherwise.

mod attached_policy;
mod boundary;
mod caller;
mod dispatch;
mod evaluate;
mod inline_policy;
mod instance_profile;
mod managed_policy;
mod name;
mod pages;
mod propagation;
mod role;
mod service_linked_role;
mod tag;
#[cfg(test)]
mod testing;
mod user;
mod user_policy;

pub use caller::{Caller, Identity, Session, Stranger};
pub use dispatch::handle;
pub use evaluate::{Trust, allows, assumable_by, decide, trusts};
pub use propagation::Past;
pub use role::{Role, State};
pub use user::User;
