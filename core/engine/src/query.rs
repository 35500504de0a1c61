//! What the stages are asked after their sections were read: what the answers to their questions add, and what they
//! find in a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_model::Finding;
use deploy_plugin::{Answered, Answers, AnyStage, Blueprint, Context, Outlook, Query, StageError};
use futures::future::join_all;
use serde_json::Value;

use crate::blueprint::{Unsound, note_changes, strangers};
use crate::kinds::Kinds;

/// The answers to all questions of a blueprint: one call a kind, all at once. A kind that fails has failed all of its
/// questions; what that means is for whoever asked to say.
pub async fn ask(kinds: &Kinds, cx: &Context, blueprint: &Blueprint) -> Answers {
    let asked = kinds.iter().map(async |(name, known)| {
        let texts: Vec<String> =
            blueprint.queries.keys().filter(|query| query.kind == *name).map(|query| query.text.clone()).collect();
        if texts.is_empty() {
            return Vec::new();
        }
        let mut answers = known.kind.query(cx, &texts).await;
        let answered = |text: String| {
            let answered = match &mut answers {
                Ok(answers) => answers.remove(&text).map_or(Answered::Unknown, Answered::With),
                Err(fault) => Answered::Failed(fault.clone()),
            };
            (Query { kind: name.clone(), text }, answered)
        };
        texts.into_iter().map(answered).collect()
    });
    join_all(asked).await.into_iter().flatten().collect()
}

/// The blueprint with what the answers add to it.
///
/// # Errors
/// What the stages find wrong with them, what they add that no kind can make, or the first stage that is broken.
pub fn with_answers(
    blueprint: &Blueprint,
    stages: &[Arc<dyn AnyStage>],
    sections: &BTreeMap<String, Value>,
    answers: &Answers,
    kinds: &Kinds,
) -> Result<Blueprint, Unsound> {
    let mut blueprint = blueprint.clone();
    let mut problems = Vec::new();
    if blueprint.queries.is_empty() {
        return Ok(blueprint);
    }
    let mut before = blueprint.desired.clone();
    for stage in stages {
        let section = sections.get(stage.name()).unwrap_or(&Value::Null);
        match stage.answered(section, answers, &mut blueprint) {
            Ok(()) => note_changes(&mut before, &mut blueprint, stage.name()),
            Err(StageError::Problems(found)) => problems.extend(found),
            Err(StageError::Fault(fault)) => return Err(Unsound::stage(stage.name(), fault)),
        }
    }
    problems.extend(strangers(&blueprint, kinds));
    if problems.is_empty() { Ok(blueprint) } else { Err(problems.into()) }
}

/// What the checks of all stages find in a plan.
///
/// # Errors
/// The first stage that is broken.
pub fn findings(
    stages: &[Arc<dyn AnyStage>],
    sections: &BTreeMap<String, Value>,
    outlook: &Outlook<'_>,
) -> Result<Vec<Finding>, Unsound> {
    let mut findings = Vec::new();
    for stage in stages {
        let section = sections.get(stage.name()).unwrap_or(&Value::Null);
        findings.extend(stage.check(section, outlook).map_err(|fault| Unsound::stage(stage.name(), fault))?);
    }
    Ok(findings)
}
