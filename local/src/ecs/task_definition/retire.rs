//! DeregisterTaskDefinition and DeleteTaskDefinitions.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html>

use super::model::{TaskDefinitionStatus, find};
use crate::call::Call;
use crate::ecs::{client, invalid};
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Revisions in one request to delete.
const MAX_DELETED: usize = 10;

/// The request to deregister one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DeregisterTaskDefinition {
    task_definition: String,
}

/// The request to delete several.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DeleteTaskDefinitions {
    task_definitions: Vec<String>,
}

/// Makes a revision INACTIVE. Tasks and services that use it go on. It must be named with its number.
pub(in crate::ecs) fn deregister_task_definition(
    call: &mut Call<'_>,
    request: &DeregisterTaskDefinition,
) -> Result<Value, ApiError> {
    let now = call.now;
    require_revision(&request.task_definition)?;
    let definition = find(call, &request.task_definition).ok_or_else(|| {
        client("The specified task definition does not exist. Specify a valid account, family, revision and try again.")
    })?;
    match definition.status {
        TaskDefinitionStatus::DeleteInProgress => {
            Err(client("The specified task definition is in the DELETE_IN_PROGRESS state."))
        }
        _ => {
            definition.status = TaskDefinitionStatus::Inactive;
            definition.deregistered_at.get_or_insert(now);
            Ok(json!({ "taskDefinition": definition.shown() }))
        }
    }
}

/// Marks revisions as being deleted; only INACTIVE ones can be.
pub(in crate::ecs) fn delete_task_definitions(
    call: &mut Call<'_>,
    request: &DeleteTaskDefinitions,
) -> Result<Value, ApiError> {
    if !(1..=MAX_DELETED).contains(&request.task_definitions.len()) {
        return Err(invalid(format!("taskDefinitions should have between 1 and {MAX_DELETED} items.")));
    }
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for reference in &request.task_definitions {
        require_revision(reference)?;
        let mut fail = |reason: &str, detail: &str| {
            failures.push(json!({ "arn": reference, "reason": reason, "detail": detail }));
        };
        match find(call, reference) {
            None => fail("TASK_DEFINITION_NOT_FOUND", "The specified task definition does not exist."),
            Some(definition) if definition.status == TaskDefinitionStatus::Active => {
                fail(
                    "TASK_DEFINITION_ACTIVE",
                    "The specified task definition is still in ACTIVE status. Please deregister the target and try \
                     again.",
                );
            }
            Some(definition) => {
                definition.status = TaskDefinitionStatus::DeleteInProgress;
                deleted.push(definition.shown());
            }
        }
    }
    Ok(json!({ "taskDefinitions": deleted, "failures": failures }))
}

fn require_revision(reference: &str) -> Result<(), ApiError> {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    match name.split_once(':').is_some_and(|(_, revision)| revision.parse::<u32>().is_ok()) {
        true => Ok(()),
        false => Err(client(format!("Invalid revision number. Number: {name}"))),
    }
}
