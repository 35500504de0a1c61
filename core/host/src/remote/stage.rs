//! A stage behind the border.

use std::sync::Arc;

use deploy_model::{Fault, Finding};
use deploy_plugin::wire::{self, StageDescription};
use deploy_plugin::{Answers, AnyStage, Blueprint, Graph, Methods, Outlook, StageContext, StageError, StageSection};
use serde_json::Value;

use super::attribution::Attribution;
use super::plugin::Remote;

/// A stage of a plugin that runs in a process of its own.
pub struct RemoteStage {
    remote: Arc<Remote>,
    described: StageDescription,
}

impl RemoteStage {
    pub fn new(remote: Arc<Remote>, described: StageDescription) -> Self {
        Self { remote, described }
    }

    fn stage(&self) -> String {
        self.described.section.name.clone()
    }

    /// What it says of the places where something comes from is believed as far as this goes.
    fn attribution(&self) -> Attribution<'_> {
        Attribution { plugin: self.remote.name(), section: self.name() }
    }
}

impl AnyStage for RemoteStage {
    fn name(&self) -> &str {
        &self.described.section.name
    }

    fn section(&self) -> StageSection {
        self.described.section.clone()
    }

    fn methods(&self) -> Methods {
        self.described.methods
    }

    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph) -> Result<(), Fault> {
        let call = wire::Desired { stage: self.stage(), config: config.clone(), environment: cx.clone() };
        self.attribution().contribution(self.remote.ask(call)?).add_to(graph);
        Ok(())
    }

    fn transform(&self, config: &Value, cx: &StageContext, blueprint: &mut Blueprint) -> Result<(), StageError> {
        if !self.described.methods.transform {
            return Ok(());
        }
        let (config, environment) = (config.clone(), cx.clone());
        let call = wire::Transform { stage: self.stage(), config, environment, blueprint: blueprint.clone().into() };
        let changes = self.attribution().changes(self.remote.ask(call)?, blueprint);
        Ok(changes.apply_to(blueprint)?)
    }

    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), StageError> {
        if !self.described.methods.answered {
            return Ok(());
        }
        let (config, answers) = (config.clone(), answers.clone());
        let call = wire::Answered { stage: self.stage(), config, answers, blueprint: blueprint.clone().into() };
        let changes = self.attribution().changes(self.remote.ask(call)?, blueprint);
        Ok(changes.apply_to(blueprint)?)
    }

    fn check(&self, config: &Value, outlook: &Outlook<'_>) -> Result<Vec<Finding>, Fault> {
        if !self.described.methods.check {
            return Ok(Vec::new());
        }
        let findings = self.remote.ask(wire::Check {
            stage: self.stage(),
            config: config.clone(),
            plan: outlook.plan.clone(),
            desired: outlook.desired.clone(),
            answers: outlook.answers.clone(),
        })?;
        Ok(self.attribution().findings(findings, outlook.plan))
    }
}
