//! The subset of JSON Schema that schemars emits: composing, looking up, checking.

mod branch;
mod compose;
mod facets;
mod issue;
mod kind;
mod walk;

pub use compose::{Section, is_setting};
pub(crate) use compose::{for_one_file, whole};
pub(crate) use facets::{Schema, child, known_keys};
pub(crate) use issue::Issue;
pub(crate) use kind::Kind;
