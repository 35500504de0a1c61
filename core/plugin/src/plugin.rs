//! A plugin: a name for some stages and kinds that travel together.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{AnyKind, AnyStage, Kind, Stage, erase};

/// What one plugin offers.
pub struct Plugin {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its stages.
    pub stages: Vec<Arc<dyn AnyStage>>,
    /// Its kinds.
    pub kinds: Vec<Arc<dyn AnyKind>>,
}

impl Plugin {
    /// A plugin that offers nothing yet.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), stages: Vec::new(), kinds: Vec::new() }
    }

    /// Adds a stage.
    #[must_use]
    pub fn stage(mut self, stage: impl Stage) -> Self {
        self.stages.push(Arc::new(stage));
        self
    }

    /// Adds a kind.
    #[must_use]
    pub fn kind(mut self, kind: impl Kind) -> Self {
        self.kinds.push(erase(kind));
        self
    }
}
