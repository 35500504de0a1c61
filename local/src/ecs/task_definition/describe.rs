//! DescribeTaskDefinition, ListTaskDefinitions and ListTaskDefinitionFamilies.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html>

use super::model::{TaskDefinition, TaskDefinitionStatus, find};
use crate::call::Call;
use crate::ecs::{client, invalid, page_of_arns, tags};
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Results of one page, and of a page whose size was not asked for.
const MAX_RESULTS: usize = 100;

/// The request to describe one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct DescribeTaskDefinition {
    task_definition: String,
    #[serde(default)]
    include: BTreeSet<TaskDefinitionField>,
}

/// The optional parts of a description.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum TaskDefinitionField {
    Tags,
}

/// The request to list revisions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListTaskDefinitions {
    family_prefix: Option<String>,
    status: Option<TaskDefinitionStatus>,
    sort: Option<Sort>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// The order of a listing.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Sort {
    Asc,
    Desc,
}

/// The request to list families.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::ecs) struct ListTaskDefinitionFamilies {
    family_prefix: Option<String>,
    #[serde(default)]
    status: FamilyStatus,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Which families: those with an active revision, those without, or both.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum FamilyStatus {
    Active,
    Inactive,
    #[default]
    All,
}

/// Describes a revision; a family stands for its latest active one.
pub(in crate::ecs) fn describe_task_definition(
    call: &mut Call<'_>,
    request: &DescribeTaskDefinition,
) -> Result<Value, ApiError> {
    let definition =
        find(call, &request.task_definition).ok_or_else(|| client("Unable to describe task definition."))?;
    let mut reply = json!({ "taskDefinition": definition.shown() });
    if request.include.contains(&TaskDefinitionField::Tags) {
        reply["tags"] = tags::shown(&definition.tags);
    }
    Ok(reply)
}

/// The ARNs of revisions, by family (whole name, in spite of the field's) and number.
pub(in crate::ecs) fn list_task_definitions(
    call: &mut Call<'_>,
    request: &ListTaskDefinitions,
) -> Result<Value, ApiError> {
    let max = request.max_results.unwrap_or(MAX_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid(format!("maxResults should be between 1 and {MAX_RESULTS}")));
    }
    let status = request.status.unwrap_or(TaskDefinitionStatus::Active);
    let definitions: Vec<TaskDefinition> = call
        .region()
        .ecs
        .families
        .iter()
        .filter(|(family, _)| request.family_prefix.as_ref().is_none_or(|wanted| wanted == *family))
        .flat_map(|(_, revisions)| revisions)
        .filter(|definition| definition.status == status)
        .cloned()
        .collect();
    let descending = request.sort == Some(Sort::Desc);
    let key = |definition: &TaskDefinition| match descending {
        // A page follows the order of its keys: count down to list the newest first.
        true => format!("{}:{:010}", inverted(&definition.family), u32::MAX - definition.revision),
        false => format!("{}:{:010}", definition.family, definition.revision),
    };
    let page = pagination::page(definitions, key, Some(max), request.next_token.as_deref())
        .map_err(|_| invalid("Invalid token."))?;
    let arns: Vec<&String> = page.items.iter().map(|definition| &definition.arn).collect();
    let mut reply = json!({ "taskDefinitionArns": arns });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// The names of families that begin with the prefix.
pub(in crate::ecs) fn list_task_definition_families(
    call: &mut Call<'_>,
    request: &ListTaskDefinitionFamilies,
) -> Result<Value, ApiError> {
    let prefix = request.family_prefix.as_deref().unwrap_or_default();
    let is_active = |definition: &TaskDefinition| definition.status == TaskDefinitionStatus::Active;
    let families = call
        .region()
        .ecs
        .families
        .iter()
        .filter(|(family, _)| family.starts_with(prefix))
        .filter(|(_, revisions)| match request.status {
            FamilyStatus::All => true,
            FamilyStatus::Active => revisions.iter().any(is_active),
            FamilyStatus::Inactive => !revisions.iter().any(is_active),
        })
        .map(|(family, _)| family.clone())
        .collect();
    page_of_arns("families", families, request.max_results, request.next_token.as_deref())
}

/// A key that sorts the other way round.
fn inverted(text: &str) -> String {
    text.bytes().map(|byte| char::from(0x7f - (byte & 0x7f))).chain(['\u{7f}']).collect()
}
