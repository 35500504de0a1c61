//! CreateLogGroup, DescribeLogGroups and DeleteLogGroup.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>

use super::model::{LogGroup, group_arn};
use super::{at_most, check_prefix, encryption, invalid, limit, no_group, tags};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Groups on one page, and on a page whose size was not asked for.
const MAX_GROUPS: usize = 50;

/// The request to create.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateLogGroup {
    log_group_name: String,
    kms_key_id: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    log_group_class: Option<String>,
    #[serde(default)]
    deletion_protection_enabled: bool,
}

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DescribeLogGroups {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    #[serde(default)]
    log_group_identifiers: Vec<String>,
    #[serde(default)]
    account_identifiers: Vec<String>,
    #[serde(default)]
    include_linked_accounts: bool,
    limit: Option<usize>,
    next_token: Option<String>,
}

/// The request to delete.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeleteLogGroup {
    log_group_name: String,
}

/// Creates a group.
pub(super) fn create_log_group(call: &mut Call<'_>, request: CreateLogGroup) -> Result<Value, ApiError> {
    check_name(&request.log_group_name)?;
    tags::check(&request.tags)?;
    request.kms_key_id.as_deref().map_or(Ok(()), encryption::check_key)?;
    let now = call.now;
    let groups = &mut call.region().logs.groups;
    if groups.contains_key(&request.log_group_name) {
        return Err(ApiError::client("ResourceAlreadyExistsException", "The specified log group already exists"));
    }
    let class = request.log_group_class.unwrap_or_else(|| "STANDARD".to_owned());
    check_class(&class)?;
    let group = LogGroup {
        kms_key_id: request.kms_key_id,
        class,
        tags: request.tags,
        deletion_protection_enabled: request.deletion_protection_enabled,
        ..LogGroup::new(now)
    };
    groups.insert(request.log_group_name, group);
    Ok(json!({}))
}

/// One page of the groups whose names begin with the prefix, or hold the pattern.
pub(super) fn describe_log_groups(call: &mut Call<'_>, request: &DescribeLogGroups) -> Result<Value, ApiError> {
    if request.log_group_name_prefix.is_some() && request.log_group_name_pattern.is_some() {
        return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
    }
    if request.include_linked_accounts || !request.account_identifiers.is_empty() {
        return Err(invalid("Linked accounts are not known to the embedded AWS."));
    }
    check_prefix(request.log_group_name_prefix.as_ref(), "logGroupNamePrefix")?;
    check_prefix(request.log_group_name_pattern.as_ref(), "logGroupNamePattern")?;
    at_most(MAX_GROUPS, request.log_group_identifiers.len(), "logGroupIdentifiers")?;
    request.log_group_class.as_deref().map_or(Ok(()), check_class)?;
    let limit = limit(request.limit, MAX_GROUPS, MAX_GROUPS)?;
    let named = |name: &str| {
        let identifiers = &request.log_group_identifiers;
        identifiers.is_empty() || identifiers.iter().any(|id| id.rsplit(":log-group:").next() == Some(name))
    };
    let pattern = request.log_group_name_pattern.as_ref().map(|pattern| pattern.to_ascii_lowercase());
    let found: Vec<(String, LogGroup)> = call
        .region()
        .logs
        .groups
        .iter()
        .filter(|(name, _)| request.log_group_name_prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix)))
        // "The pattern … is case-insensitive".
        .filter(|(name, _)| pattern.as_ref().is_none_or(|pattern| name.to_ascii_lowercase().contains(pattern)))
        .filter(|(_, group)| request.log_group_class.as_ref().is_none_or(|class| *class == group.class))
        .filter(|(name, _)| named(name))
        .map(|(name, group)| (name.clone(), group.clone()))
        .collect();
    let page = pagination::page(found, |(name, _)| name.clone(), Some(limit), request.next_token.as_deref())
        .map_err(|_| invalid("The specified nextToken is invalid."))?;
    let groups: Vec<Value> = page.items.iter().map(|(name, group)| shown(call, name, group)).collect();
    let mut reply = json!({ "logGroups": groups });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// Deletes a group with everything in it.
pub(super) fn delete_log_group(call: &mut Call<'_>, request: &DeleteLogGroup) -> Result<Value, ApiError> {
    let groups = &mut call.region().logs.groups;
    match groups.get(&request.log_group_name) {
        None => Err(no_group()),
        Some(group) if group.deletion_protection_enabled => Err(ApiError::client(
            "ValidationException",
            "The log group cannot be deleted because deletion protection is enabled.",
        )),
        Some(_) => {
            groups.remove(&request.log_group_name);
            Ok(json!({}))
        }
    }
}

fn shown(call: &Call<'_>, name: &str, group: &LogGroup) -> Value {
    let arn = group_arn(&call.region, &call.account_id, name);
    let bytes: usize = group.streams.values().flat_map(|stream| &stream.events).map(|event| event.message.len()).sum();
    let mut reply = json!({
        "logGroupName": name,
        "creationTime": group.created_at.0,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "storedBytes": bytes,
        "logGroupClass": group.class,
        "deletionProtectionEnabled": group.deletion_protection_enabled,
    });
    if let Some(days) = group.retention_in_days {
        reply["retentionInDays"] = json!(days);
    }
    if let Some(key) = &group.kms_key_id {
        reply["kmsKeyId"] = json!(key);
    }
    reply
}

fn check_class(class: &str) -> Result<(), ApiError> {
    match class {
        "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY" => Ok(()),
        _ => Err(invalid(format!("Unknown log group class: {class}"))),
    }
}

/// 1 to 512 of letters, digits and `. - _ / #`.
fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-/#".contains(character);
    match (1..=512).contains(&name.len()) && name.chars().all(allowed) && !name.starts_with("aws/") {
        true => Ok(()),
        false => Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
        ))),
    }
}
