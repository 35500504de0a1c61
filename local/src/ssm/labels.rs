//! LabelParameterVersion and UnlabelParameterVersion: names for versions.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html>

use super::get::not_found;
use super::invalid;
use super::parameter::Parameter;
use super::selector::NotFound;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Labels of one version.
const MAX_LABELS: usize = 10;
/// Characters of a label.
const MAX_CHARACTERS: usize = 100;

/// The request to label a version.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct LabelParameterVersion {
    name: String,
    parameter_version: Option<u64>,
    labels: Vec<String>,
}

/// The request to take labels off a version.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UnlabelParameterVersion {
    name: String,
    parameter_version: u64,
    labels: Vec<String>,
}

/// Puts the labels on a version (the newest if none is named) and takes them off every other one.
pub(super) fn label_parameter_version(call: &mut Call<'_>, request: &LabelParameterVersion) -> Result<Value, ApiError> {
    check_count(&request.labels)?;
    let parameter = parameter(call, &request.name)?;
    let number = request.parameter_version.unwrap_or(parameter.latest().number);
    let index = index_of(parameter, number)?;
    let (valid, invalid): (Vec<_>, Vec<_>) = request.labels.iter().cloned().partition(|label| is_valid(label));
    let mut labels = parameter.versions[index].labels.clone();
    labels.extend(valid.iter().cloned());
    if labels.len() > MAX_LABELS {
        return Err(ApiError::client(
            "ParameterVersionLabelLimitExceeded",
            "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: \
             A parameter version can have maximum 10 labels. Move one or more labels to another version and try again.",
        ));
    }
    for version in &mut parameter.versions {
        version.labels.retain(|label| !valid.contains(label));
    }
    parameter.versions[index].labels = labels;
    Ok(json!({ "InvalidLabels": invalid, "ParameterVersion": number }))
}

/// Takes the labels off a version; those that it does not carry come back as invalid.
pub(super) fn unlabel_parameter_version(
    call: &mut Call<'_>,
    request: &UnlabelParameterVersion,
) -> Result<Value, ApiError> {
    check_count(&request.labels)?;
    let parameter = parameter(call, &request.name)?;
    let index = index_of(parameter, request.parameter_version)?;
    let labels = &mut parameter.versions[index].labels;
    let (removed, invalid): (Vec<_>, Vec<_>) = request.labels.iter().cloned().partition(|label| labels.remove(label));
    Ok(json!({ "RemovedLabels": removed, "InvalidLabels": invalid }))
}

fn parameter<'a>(call: &'a mut Call<'_>, name: &str) -> Result<&'a mut Parameter, ApiError> {
    call.region().ssm.parameters.get_mut(name).ok_or_else(|| not_found(name, &NotFound::Parameter))
}

fn index_of(parameter: &Parameter, number: u64) -> Result<usize, ApiError> {
    let index = parameter.versions.iter().position(|version| version.number == number);
    index.ok_or_else(|| not_found(&parameter.name, &NotFound::Version))
}

fn check_count(labels: &[String]) -> Result<(), ApiError> {
    match (1..=MAX_LABELS).contains(&labels.len()) {
        true => Ok(()),
        false => Err(invalid("Member must have length between 1 and 10: 'labels'.")),
    }
}

/// Letters, digits, `.`, `-` and `_`; no digit first; not `aws…` or `ssm…`.
fn is_valid(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    (1..=MAX_CHARACTERS).contains(&label.len())
        && label.chars().all(allowed)
        && !label.starts_with(|first: char| first.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}
