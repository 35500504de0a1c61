//! The plugin under test.

use std::path::PathBuf;

use deploy_host::Command;
use deploy_plugin::manifest::Manifest;

use crate::script::Script;

/// The plugin under test: what it says of itself, what was built, and what it is given.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its manifest.
    pub manifest: Manifest,
    /// The built file, by an absolute path.
    pub artefact: PathBuf,
    /// How a child is started that carries a plugin.
    pub command: Command,
    /// What its section is given.
    pub script: Script,
}
