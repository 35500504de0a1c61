//! The configuration of `deploy`: layers, origins, strictness.
//!
//! Five layers are merged, the last wins: built-in defaults ← `environments/default.toml` ←
//! `environments/<name>.toml` ← `DEPLOY_…` variables ← `--set key=value`. Every value keeps the place
//! it was written at, and everything that does not fit the schema is reported at that place.
//!
//! This crate reads files of the project and nothing else: the process environment and the command
//! line arrive as arguments. It never prints, never writes and knows no stage; a section is a name, a
//! schema and defaults.

mod assignment;
mod configuration;
mod diagnostic;
mod document;
mod guard;
mod layer;
mod loader;
mod mark;
mod nearest;
mod project;
mod reading;
mod schema;
mod settings;
mod source;
mod unset;
mod variable;
mod veil;

pub use configuration::{Configuration, Entry};
pub use diagnostic::{Diagnostic, Excerpt};
pub use loader::{Defaults, Loader};
pub use project::{ConfigError, Project};
pub use schema::{Section, is_setting};
pub use settings::{Aws, Settings, Target};
