//! What a stage is asked.

use std::collections::BTreeMap;

use deploy_model::{Address, Finding, Plan};
use serde_json::Value;

use super::{BlueprintData, Changes, Contribution, calls};
use crate::{Answers, StageContext};

calls! {
    /// Asks a stage for its resources.
    Desired "stage/desired" -> Contribution {
        /// The stage.
        stage: String,
        /// Its section of the configuration.
        config: Value,
        /// The environment.
        environment: StageContext,
    }

    /// Lets a stage change what all stages desire.
    Transform "stage/transform" -> Changes {
        /// The stage.
        stage: String,
        /// Its section of the configuration.
        config: Value,
        /// The environment.
        environment: StageContext,
        /// What all stages desire.
        blueprint: BlueprintData,
    }

    /// Tells a stage what became of the questions.
    Answered "stage/answered" -> Changes {
        /// The stage.
        stage: String,
        /// Its section of the configuration.
        config: Value,
        /// The answers to the questions of all stages.
        answers: Answers,
        /// What all stages desire.
        blueprint: BlueprintData,
    }

    /// Shows a stage the plan.
    Check "stage/check" -> Vec<Finding> {
        /// The stage.
        stage: String,
        /// Its section of the configuration.
        config: Value,
        /// The plan.
        plan: Plan,
        /// What there is once it is carried out: see [`Outlook::desired`](crate::Outlook::desired).
        desired: BTreeMap<Address, Value>,
        /// The answers to the questions of all stages.
        answers: Answers,
    }
}
