//! Account settings: kept and listed, with the defaults that new accounts have.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html>

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The settings, and what they are until somebody changes them.
const DEFAULTS: [(&str, &str); 8] = [
    ("awsvpcTrunking", "disabled"),
    ("containerInsights", "disabled"),
    ("containerInstanceLongArnFormat", "enabled"),
    ("defaultLogDriverMode", "non-blocking"),
    ("fargateTaskRetirementWaitPeriod", "7"),
    ("serviceLongArnFormat", "enabled"),
    ("tagResourceAuthorization", "on"),
    ("taskLongArnFormat", "enabled"),
];

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListAccountSettings {
    name: Option<String>,
    value: Option<String>,
    principal_arn: Option<String>,
    #[serde(default)]
    effective_settings: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// The request to change one for the whole account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutAccountSettingDefault {
    name: String,
    value: String,
}

/// The settings that were changed; with `effectiveSettings`, also those that were not. They fit on one page.
pub(super) fn list_account_settings(call: &mut Call<'_>, request: &ListAccountSettings) -> Result<Value, ApiError> {
    if request.next_token.is_some() || request.max_results == Some(0) {
        return Err(invalid("Invalid token."));
    }
    request.name.as_deref().map_or(Ok(()), check_name)?;
    let principal = request.principal_arn.clone().unwrap_or_else(|| format!("arn:aws:iam::{}:root", call.account_id));
    let changed = &call.region().ecs.account_settings;
    let settings: Vec<Value> = DEFAULTS
        .iter()
        .filter(|(name, _)| request.effective_settings || changed.contains_key(*name))
        .map(|(name, default)| (*name, changed.get(*name).map_or(*default, String::as_str)))
        .filter(|(name, value)| request.name.as_ref().is_none_or(|wanted| wanted == name) && matches(request, value))
        .map(|(name, value)| json!({ "name": name, "value": value, "principalArn": principal, "type": "user" }))
        .collect();
    Ok(json!({ "settings": settings }))
}

/// Changes one setting.
pub(super) fn put_account_setting_default(
    call: &mut Call<'_>,
    request: &PutAccountSettingDefault,
) -> Result<Value, ApiError> {
    check_name(&request.name)?;
    let principal = format!("arn:aws:iam::{}:root", call.account_id);
    call.region().ecs.account_settings.insert(request.name.clone(), request.value.clone());
    let setting = json!({ "name": request.name, "value": request.value, "principalArn": principal, "type": "user" });
    Ok(json!({ "setting": setting }))
}

fn check_name(name: &str) -> Result<(), ApiError> {
    match DEFAULTS.iter().any(|(known, _)| *known == name) {
        true => Ok(()),
        false => Err(invalid(format!("Invalid account setting name: {name}"))),
    }
}

fn matches(request: &ListAccountSettings, value: &str) -> bool {
    request.value.as_ref().is_none_or(|wanted| wanted == value)
}
