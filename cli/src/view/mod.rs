//! What the user sees: pure functions from data to text, and the listeners that show a run's progress.
//!
//! Nothing in here prints but [`progress`].

pub mod closing;
pub mod columns;
pub mod conformance;
pub mod diagnostic;
pub mod fault;
mod field;
pub mod graph;
mod group;
pub mod lock;
mod phrase;
pub mod plan_json;
pub mod plan_text;
pub mod plugin_log;
pub mod progress;
pub mod release;
pub mod rollout;
pub mod schema_text;
pub mod status;
mod style;
pub mod suggestion;
pub mod time;
pub mod usage;
pub mod value;

#[cfg(test)]
pub mod sample;

pub use style::Style;
