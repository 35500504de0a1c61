//! The stage: from the section to desired resources.

use deploy_model::{Finding, Problem};
use deploy_plugin::{Answers, Blueprint, Graph, Outlook, Stage, StageContext};

use crate::config::EcsConfig;
use crate::{desired, startability};

/// The owner of the section `[ecs]`.
pub struct Ecs;

impl Stage for Ecs {
    const NAME: &'static str = "ecs";
    type Config = EcsConfig;

    fn desired(&self, config: &EcsConfig, cx: &StageContext, graph: &mut Graph) {
        desired::repository::add(config, cx, graph);
        desired::cluster::add(config, cx, graph);
        for (key, service) in &config.services {
            desired::service::add(key, service, config, cx, graph);
        }
        desired::name::must_differ(config, cx, graph);
    }

    fn answered(&self, config: &EcsConfig, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        let problems = desired::answers::add(config, answers, blueprint);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn check(&self, _config: &EcsConfig, outlook: &Outlook<'_>) -> Vec<Finding> {
        startability::findings(outlook)
    }
}
