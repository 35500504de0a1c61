//! PutLifecyclePolicy, GetLifecyclePolicy and DeleteLifecyclePolicy. The policy is kept, not carried out.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>

use super::invalid;
use super::model::repository;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request to set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutLifecyclePolicy {
    registry_id: Option<String>,
    repository_name: String,
    lifecycle_policy_text: String,
}

/// The request to read or to delete.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OfRepository {
    registry_id: Option<String>,
    repository_name: String,
}

/// Sets the policy, which must be JSON with rules that have priorities, selections and actions.
pub(super) fn put_lifecycle_policy(call: &mut Call<'_>, request: &PutLifecyclePolicy) -> Result<Value, ApiError> {
    check(&request.lifecycle_policy_text)?;
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    repository.lifecycle_policy = Some(request.lifecycle_policy_text.clone());
    Ok(shown(call, &request.repository_name, &request.lifecycle_policy_text))
}

/// Reads the policy.
pub(super) fn get_lifecycle_policy(call: &mut Call<'_>, request: &OfRepository) -> Result<Value, ApiError> {
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    match repository.lifecycle_policy.clone() {
        Some(text) => Ok(shown(call, &request.repository_name, &text)),
        None => Err(not_found(call, &request.repository_name)),
    }
}

/// Deletes the policy.
pub(super) fn delete_lifecycle_policy(call: &mut Call<'_>, request: &OfRepository) -> Result<Value, ApiError> {
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    match repository.lifecycle_policy.take() {
        Some(text) => Ok(shown(call, &request.repository_name, &text)),
        None => Err(not_found(call, &request.repository_name)),
    }
}

fn shown(call: &Call<'_>, name: &str, text: &str) -> Value {
    json!({ "registryId": call.account_id, "repositoryName": name, "lifecyclePolicyText": text })
}

fn check(text: &str) -> Result<(), ApiError> {
    let policy: Option<Value> = serde_json::from_str(text).ok();
    let rules = policy.as_ref().and_then(|policy| policy["rules"].as_array()).filter(|rules| !rules.is_empty());
    let complete = |rule: &Value| {
        rule["rulePriority"].is_u64() && rule["selection"].is_object() && rule["action"]["type"].is_string()
    };
    match rules.is_some_and(|rules| rules.iter().all(complete)) {
        true => Ok(()),
        false => Err(invalid(
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation \
             failure'",
        )),
    }
}

fn not_found(call: &Call<'_>, name: &str) -> ApiError {
    ApiError::client(
        "LifecyclePolicyNotFoundException",
        format!(
            "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{}'",
            call.account_id
        ),
    )
}
