//! GetKeyPolicy and PutKeyPolicy. The policy is checked and kept, not carried out.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html> and
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>

use super::invalid;
use super::key_id::{existing, not_found, of_customer};
use crate::call::Call;
use crate::constraint::check_text;
use crate::error::ApiError;
use crate::iam::Identity;
use deploy_policy::wildcard::Pattern;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Characters of the name of a policy.
const POLICY_NAME: RangeInclusive<usize> = 1..=128;
/// Characters of a policy.
const POLICY: RangeInclusive<usize> = 1..=131_072;
/// "The maximum size of a key policy is 32 KB (32,768 bytes)."
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>
const MAX_BYTES: usize = 32_768;
/// The only policy of a key.
const DEFAULT: &str = "default";

/// The request to read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetKeyPolicy {
    key_id: String,
    policy_name: Option<String>,
}

/// The request to set.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutKeyPolicy {
    key_id: String,
    policy_name: Option<String>,
    policy: String,
    #[serde(default, rename = "BypassPolicyLockoutSafetyCheck")]
    safety_check: SafetyCheck,
}

/// Whether a policy must let its author change it again.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "bool")]
pub(super) enum SafetyCheck {
    /// It must.
    #[default]
    Made,
    /// Its author does without.
    Bypassed,
}

impl From<bool> for SafetyCheck {
    fn from(bypassed: bool) -> Self {
        if bypassed { Self::Bypassed } else { Self::Made }
    }
}

/// Reads the policy.
pub(super) fn get_key_policy(call: &mut Call<'_>, request: &GetKeyPolicy) -> Result<Value, ApiError> {
    check_name(request.policy_name.as_deref())?;
    let key = existing(call, &request.key_id)?;
    Ok(json!({ "Policy": key.policy, "PolicyName": DEFAULT }))
}

/// Sets the policy.
pub(super) fn put_key_policy(call: &mut Call<'_>, request: PutKeyPolicy) -> Result<Value, ApiError> {
    if request.policy_name.as_deref() == Some("AWS_RAM") {
        return Err(invalid("The AWS_RAM policy can only be managed by the RAM service."));
    }
    check_name(request.policy_name.as_deref())?;
    of_customer(call, &request.key_id)?;
    check(call, &request.policy, request.safety_check)?;
    of_customer(call, &request.key_id)?.policy = request.policy;
    Ok(json!({}))
}

/// The policy of a key for which nobody wrote another: the account decides by IAM.
pub(super) fn default(account_id: &str) -> String {
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{account_id}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// Checks a policy: a JSON document whose statements have an effect, principals, actions and resources, and which lets
/// the caller change it again, unless they say that they do without.
pub(super) fn check(call: &Call<'_>, text: &str, safety_check: SafetyCheck) -> Result<(), ApiError> {
    check_text("policy", Some(text), &POLICY)?;
    if text.len() > MAX_BYTES {
        let message = format!("The key policy has more than {MAX_BYTES} bytes.");
        return Err(ApiError::client("LimitExceededException", message));
    }
    let policy: Value = serde_json::from_str(text).unwrap_or_default();
    let statements: Vec<&Value> = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        statement @ Value::Object(_) => vec![statement],
        _ => Vec::new(),
    };
    let has =
        |statement: &Value, member: &str| !statement[member].is_null() || !statement[&format!("Not{member}")].is_null();
    let is_complete = |statement: &&Value| {
        matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))
            && ["Principal", "Action", "Resource"].iter().all(|member| has(statement, member))
    };
    if statements.is_empty() || !statements.iter().all(is_complete) {
        return Err(malformed("The key policy is not a policy document, or a statement of it is not complete."));
    }
    let callers = callers(call);
    match safety_check == SafetyCheck::Bypassed || statements.iter().any(|statement| lets_change(statement, &callers)) {
        true => Ok(()),
        false => Err(malformed("The new key policy will not allow you to update the key policy in the future.")),
    }
}

/// The names under which a policy can mean the caller.
fn callers(call: &Call<'_>) -> Vec<String> {
    let role = match &call.identity {
        Identity::Role(name) => call.account.iam.roles.get(name).map(|role| role.arn.clone()),
        Identity::User(_) | Identity::Owner => None,
    };
    let account = [format!("arn:aws:iam::{}:root", call.account_id), call.account_id.clone(), "*".to_owned()];
    account.into_iter().chain([call.caller_arn.clone()]).chain(role).collect()
}

/// Whether a statement lets one of these change the policy, without a condition.
fn lets_change(statement: &Value, callers: &[String]) -> bool {
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Array(texts) => texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    };
    let principals = match &statement["Principal"] {
        Value::Object(members) => members.get("AWS").map(texts).unwrap_or_default(),
        all => texts(all),
    };
    let actions = texts(&statement["Action"]);
    statement["Effect"] == "Allow"
        && statement["Condition"].is_null()
        && principals.iter().any(|principal| callers.contains(principal))
        && actions.iter().any(|action| Pattern::plain(&action.to_lowercase()).matches("kms:putkeypolicy"))
}

fn check_name(name: Option<&str>) -> Result<(), ApiError> {
    check_text("policyName", name, &POLICY_NAME)?;
    match name.is_none_or(|name| name == DEFAULT) {
        true => Ok(()),
        false => Err(not_found("No such policy exists")),
    }
}

fn malformed(message: &str) -> ApiError {
    ApiError::client("MalformedPolicyDocumentException", message)
}
