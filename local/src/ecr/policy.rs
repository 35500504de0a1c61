//! SetRepositoryPolicy, GetRepositoryPolicy and DeleteRepositoryPolicy. The policy is kept, not carried out.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html> and
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html>

use super::invalid;
use super::model::repository;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Characters of a policy.
const MAX_TEXT: usize = 10_240;

/// The request to set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SetRepositoryPolicy {
    registry_id: Option<String>,
    repository_name: String,
    policy_text: String,
    /// Sets a policy that would keep its author from changing it; none is carried out here.
    #[serde(default, rename = "force")]
    _force: bool,
}

/// The request to read or to delete.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OfRepository {
    registry_id: Option<String>,
    repository_name: String,
}

/// Sets the policy, which must be JSON with statements that have effects, principals and actions.
pub(super) fn set_repository_policy(call: &mut Call<'_>, request: &SetRepositoryPolicy) -> Result<Value, ApiError> {
    check(&request.policy_text)?;
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    repository.policy = Some(request.policy_text.clone());
    Ok(shown(call, &request.repository_name, &request.policy_text))
}

/// Reads the policy.
pub(super) fn get_repository_policy(call: &mut Call<'_>, request: &OfRepository) -> Result<Value, ApiError> {
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    match repository.policy.clone() {
        Some(text) => Ok(shown(call, &request.repository_name, &text)),
        None => Err(not_found(call, &request.repository_name)),
    }
}

/// Deletes the policy.
pub(super) fn delete_repository_policy(call: &mut Call<'_>, request: &OfRepository) -> Result<Value, ApiError> {
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    match repository.policy.take() {
        Some(text) => Ok(shown(call, &request.repository_name, &text)),
        None => Err(not_found(call, &request.repository_name)),
    }
}

fn shown(call: &Call<'_>, name: &str, text: &str) -> Value {
    json!({ "registryId": call.account_id, "repositoryName": name, "policyText": text })
}

fn check(text: &str) -> Result<(), ApiError> {
    let policy: Value = serde_json::from_str(text).unwrap_or_default();
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        Value::Object(_) => vec![&policy["Statement"]],
        _ => Vec::new(),
    };
    let has = |statement: &Value, member: &str| {
        let not = format!("Not{member}");
        !statement[member].is_null() || !statement[&not].is_null()
    };
    let complete = |statement: &&Value| {
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && has(statement, "Principal")
            && has(statement, "Action")
    };
    match text.chars().count() <= MAX_TEXT && !statements.is_empty() && statements.iter().all(complete) {
        true => Ok(()),
        false => Err(invalid(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        )),
    }
}

fn not_found(call: &Call<'_>, name: &str) -> ApiError {
    ApiError::client(
        "RepositoryPolicyNotFoundException",
        format!(
            "Repository policy does not exist for the repository with name '{name}' in the registry with id '{}'",
            call.account_id
        ),
    )
}
