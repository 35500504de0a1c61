//! The vocabulary of `deploy`: what every other crate talks about.
//!
//! Data only. This crate performs no input or output, reads no clock, knows no AWS and depends on
//! nothing but serde and schemars; whatever two crates must agree on is defined here, once.

pub mod address;
pub mod change;
pub mod describe;
pub mod fault;
pub mod finding;
pub mod key_path;
pub mod origin;
pub mod owner;
pub mod plan;
pub mod problem;
pub mod reference;
pub mod region;
pub mod resource;

pub use address::{Address, KindName};
pub use change::{FieldChange, FieldPath, differing_fields};
pub use describe::{FieldRules, Flags, KindDescription, Unique};
pub use fault::{Detail, Fault, FaultKind, Retry};
pub use finding::{Finding, Severity};
pub use key_path::KeyPath;
pub use origin::Origin;
pub use owner::{Owner, Place, account_address};
pub use plan::{Action, Change, Counts, PLAN_FORMAT, Plan, Step, StepId, Verb};
pub use problem::Problem;
pub use reference::{Input, Part, Reference};
pub use region::{NotARegion, check_region};
pub use resource::{Desired, Live};
