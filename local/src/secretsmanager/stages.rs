//! New versions and the labels that move with them, and UpdateSecretVersionStage, which moves one label alone.
//!
//! Sources: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html> and, for the numbers,
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>

use super::model::{CURRENT, PENDING, PREVIOUS, Secret, SecretValue, Version};
use super::secret_id::{self, missing};
use super::{bounds, invalid_parameter};
use crate::call::Call;
use crate::error::ApiError;
use crate::time::Time;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Labels on all versions of a secret together.
const MAX_STAGES: usize = 20;
/// Versions of a secret before those without a label go.
const MAX_VERSIONS: usize = 100;
/// How long a version stays in any case.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// The request to move one label.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UpdateSecretVersionStage {
    secret_id: String,
    version_stage: String,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

/// Adds a version with these labels, each of which leaves the version that it was on. The first version of a secret is
/// the current one, whatever else it is.
pub(super) fn add_version(
    secret: &mut Secret,
    id: String,
    value: SecretValue,
    stages: &[String],
    now: Time,
) -> Result<(), ApiError> {
    make_room(&mut secret.versions, now)?;
    let is_first = secret.versions.is_empty();
    let version = Version {
        id,
        value,
        key_id: secret.key_id.clone(),
        created_at: now,
        accessed_at: None,
        stages: BTreeSet::new(),
    };
    secret.versions.push(version);
    let newest = secret.versions.len() - 1;
    for stage in stages.iter().map(String::as_str).chain(is_first.then_some(CURRENT)) {
        let left = put_on(&mut secret.versions, stage, newest);
        if let Some(left) = left.filter(|_| stage == CURRENT) {
            // Nothing documents it, but AWS takes this label away as well; LocalStack recorded it:
            // https://github.com/localstack/localstack/blob/main/tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json
            secret.versions[left].stages.remove(PENDING);
        }
    }
    secret.changed_at = now;
    check_count(&secret.versions)
}

/// Moves one label to another version, or takes it away.
pub(super) fn update_secret_version_stage(
    call: &mut Call<'_>,
    request: &UpdateSecretVersionStage,
) -> Result<Value, ApiError> {
    bounds::check_stage(Some(&request.version_stage))?;
    bounds::check_version_id("removeFromVersionId", request.remove_from_version_id.as_ref())?;
    bounds::check_version_id("moveToVersionId", request.move_to_version_id.as_ref())?;
    let now = call.now;
    let secret = secret_id::active(call, &request.secret_id)?;
    let from = position(secret, request.remove_from_version_id.as_deref())?;
    let to = position(secret, request.move_to_version_id.as_deref())?;
    check_move(secret, &request.version_stage, from, to)?;
    match (from, to) {
        (_, Some(to)) => drop(put_on(&mut secret.versions, &request.version_stage, to)),
        (Some(from), None) => drop(secret.versions[from].stages.remove(&request.version_stage)),
        (None, None) => {}
    }
    check_count(&secret.versions)?;
    secret.changed_at = now;
    Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
}

/// A label leaves a version only if the request says so, and the current version is never without a successor.
fn check_move(secret: &Secret, stage: &str, from: Option<usize>, to: Option<usize>) -> Result<(), ApiError> {
    let holder = secret.versions.iter().position(|version| version.stages.contains(stage));
    match (holder, from, to) {
        (_, None, None) => Err(invalid_parameter(
            "You must provide a value for RemoveFromVersionId, for MoveToVersionId, or for both.",
        )),
        (Some(holder), None, Some(to)) if holder != to => Err(invalid_parameter(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version \
             {}, so you must explicitly reference that version in RemoveFromVersionId.",
            secret.versions[holder].id
        ))),
        (holder, Some(from), _) if holder != Some(from) => Err(invalid_parameter(format!(
            "The staging label {stage} is not attached to version {}, which RemoveFromVersionId names.",
            secret.versions[from].id
        ))),
        (_, Some(_), None) if stage == CURRENT => Err(invalid_parameter(
            "You can only move staging label AWSCURRENT to a different secret version. It can\u{2019}t be completely \
             removed.",
        )),
        _ => Ok(()),
    }
}

/// Puts a label on a version; says which one it was on before. Where the current label goes, the previous one follows.
fn put_on(versions: &mut [Version], stage: &str, to: usize) -> Option<usize> {
    let left = versions.iter().position(|version| version.stages.contains(stage)).filter(|left| *left != to);
    for version in versions.iter_mut() {
        version.stages.remove(stage);
    }
    versions[to].stages.insert(stage.to_owned());
    if let Some(left) = left.filter(|_| stage == CURRENT) {
        put_on(versions, PREVIOUS, left);
    }
    left
}

/// "Secrets Manager removes unlabeled versions when there are more than 100, but it does not remove versions created
/// less than 24 hours ago"; who makes more than that reaches the quota.
fn make_room(versions: &mut Vec<Version>, now: Time) -> Result<(), ApiError> {
    while versions.len() >= MAX_VERSIONS {
        let is_outdated = |version: &Version| version.stages.is_empty() && now.since(version.created_at) >= KEPT_MS;
        match versions.iter().position(is_outdated) {
            Some(oldest) => drop(versions.remove(oldest)),
            None => {
                let message = format!("You have reached the quota of {MAX_VERSIONS} versions of a secret.");
                return Err(ApiError::client("LimitExceededException", message));
            }
        }
    }
    Ok(())
}

fn check_count(versions: &[Version]) -> Result<(), ApiError> {
    match versions.iter().map(|version| version.stages.len()).sum::<usize>() {
        0..=MAX_STAGES => Ok(()),
        _ => Err(ApiError::client(
            "LimitExceededException",
            format!("A secret can have no more than {MAX_STAGES} staging labels on all its versions."),
        )),
    }
}

fn position(secret: &Secret, id: Option<&str>) -> Result<Option<usize>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    let found = secret.versions.iter().position(|version| version.id == id);
    let missing = || missing(format!("Secrets Manager can't find the specified secret value for VersionId: {id}"));
    found.map(Some).ok_or_else(missing)
}
