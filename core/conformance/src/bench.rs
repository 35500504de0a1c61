//! Where the plugin under test meets all other stages.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_host::{Registry, Services};
use deploy_model::Place;
use deploy_plugin::StageContext;
use serde_json::Value;
use toml::Table;

/// An environment that nobody minds, in an AWS that nobody pays for.
pub trait Bench {
    /// All plugins, the one under test among them, which was started by the host.
    fn registry(&self) -> &Registry;
    /// Where it acts.
    fn place(&self) -> &Place;
    /// What the plugin is told of AWS.
    fn services(&self) -> Arc<dyn Services>;
    /// What the environment's files say, with these contents laid over one of the sections.
    ///
    /// # Errors
    /// Why they are refused, in a few lines.
    fn prepare(&self, section: Option<(&str, &Table)>) -> Result<Prepared, String>;
}

/// What the stages are told of an environment.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The sections, by name.
    pub sections: BTreeMap<String, Value>,
    /// The rest.
    pub context: StageContext,
}
