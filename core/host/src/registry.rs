//! Everything that the plugins of a run offer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_plugin::{AnyKind, AnyStage, Plugin};

use crate::fence::{fenced, fenced_stage};

/// What a plugin is called.
pub type PluginName = Cow<'static, str>;

/// The stages and kinds of all plugins.
#[derive(Clone, Default)]
pub struct Registry {
    stages: BTreeMap<String, (PluginName, Arc<dyn AnyStage>)>,
    kinds: BTreeMap<String, (PluginName, Arc<dyn AnyKind>)>,
}

/// Two plugins claim the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plugins `{first}` and `{second}` both claim the {what} `{name}`")]
pub struct Clash {
    /// `section` or `kind`.
    pub what: &'static str,
    /// What is claimed twice.
    pub name: String,
    /// The plugin that was there first.
    pub first: PluginName,
    /// The plugin that came later.
    pub second: PluginName,
}

impl Registry {
    /// Collects `plugins`.
    ///
    /// # Errors
    /// Where two of them claim one section or one kind.
    pub fn new(plugins: impl IntoIterator<Item = Plugin>) -> Result<Self, Clash> {
        Self::default().with(plugins)
    }

    /// Adds `plugins` to those that were collected before.
    ///
    /// # Errors
    /// Where two of all of them claim one section or one kind.
    pub fn with(self, plugins: impl IntoIterator<Item = Plugin>) -> Result<Self, Clash> {
        let mut registry = self;
        for plugin in plugins {
            for stage in plugin.stages {
                claim(&mut registry.stages, "section", stage.name().to_owned(), &plugin.name, fenced_stage(stage))?;
            }
            for kind in plugin.kinds {
                claim(&mut registry.kinds, "kind", kind.describe().name.to_string(), &plugin.name, fenced(kind))?;
            }
        }
        Ok(registry)
    }

    /// All stages, by the name of their section.
    pub fn stages(&self) -> Vec<Arc<dyn AnyStage>> {
        self.stages.values().map(|(_, stage)| Arc::clone(stage)).collect()
    }

    /// All kinds, by name, each behind its fence.
    pub fn kinds(&self) -> Vec<Arc<dyn AnyKind>> {
        self.kinds.values().map(|(_, kind)| Arc::clone(kind)).collect()
    }
}

fn claim<T>(
    taken: &mut BTreeMap<String, (PluginName, T)>,
    what: &'static str,
    name: String,
    plugin: &PluginName,
    thing: T,
) -> Result<(), Clash> {
    match taken.get(&name) {
        Some((first, _)) => Err(Clash { what, name, first: first.clone(), second: plugin.clone() }),
        None => {
            taken.insert(name, (plugin.clone(), thing));
            Ok(())
        }
    }
}
