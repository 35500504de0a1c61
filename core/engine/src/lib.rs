//! The engine: compares what is with what shall be, plans the difference as data, and carries a plan out.
//!
//! It knows no AWS, no terminal, no environment variables, no wall clock and no file system: kinds,
//! time and observers are handed to it. It emits events and never prints.

mod aftermath;
mod apply;
mod approve;
mod backoff;
mod blueprint;
mod creation;
mod diff;
mod discover;
mod event;
mod given;
mod kinds;
mod lag;
mod order;
mod permit;
mod persist;
mod planner;
mod query;
mod resolve;
mod schedule;
mod standing;
mod unique;
mod verdict;

pub use aftermath::Aftermath;
pub use apply::{Failure, Report, Run, apply};
pub use approve::{Approval, ApprovedPlan, Refusal, Stakes, applicable, approve};
pub use backoff::Backoff;
pub use blueprint::{Unsound, blueprint, changed_by_others, check_inputs, check_references, desired_at};
pub use discover::{Actual, DiscoverError, Search, Twins, discover, discover_after};
pub use event::{Event, Observer};
pub use given::doubts;
pub use kinds::Kinds;
pub use lag::{Lag, Sleep};
pub use order::{Cycle, ranked};
pub use permit::{Permit, unconditional};
pub use planner::{Intent, PlanError, plan};
pub use query::{ask, findings, with_answers};
