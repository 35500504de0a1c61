//! CreateAlias, UpdateAlias and DeleteAlias.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html> and, for the states of keys,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use super::invalid;
use super::key_id::{arn, changeable, not_found};
use super::managed::RESERVED;
use super::model::Alias;
use crate::call::Call;
use crate::constraint::check_text;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Characters of a name.
const NAME: RangeInclusive<usize> = 1..=256;
/// Aliases of one key.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>
const MAX_ALIASES: usize = 50;

/// The request to give a key a name, or to give the name to another key.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NameKey {
    alias_name: String,
    target_key_id: String,
}

/// The request to take a name away.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteAlias {
    alias_name: String,
}

/// Gives a key one more name.
pub(super) fn create_alias(call: &mut Call<'_>, request: NameKey) -> Result<Value, ApiError> {
    let NameKey { alias_name, target_key_id } = request;
    check_name(&alias_name)?;
    if alias_name.starts_with(RESERVED) {
        return Err(ApiError::client(
            "InvalidAliasNameException",
            format!("{alias_name} begins with {RESERVED}, which is reserved for AWS managed keys."),
        ));
    }
    let key_id = target(call, &target_key_id)?;
    let alias_arn = arn(call, &alias_name);
    let now = call.now;
    let state = &mut call.region().kms;
    state.forget(now);
    if state.aliases.contains_key(&alias_name) {
        let message = format!("An alias with the name {alias_arn} already exists");
        return Err(ApiError::client("AlreadyExistsException", message));
    }
    check_quota(state.aliases_of(&key_id).count())?;
    state.aliases.insert(alias_name, Alias { key_id, created_at: now, updated_at: now });
    Ok(json!({}))
}

/// Gives a name to another key. The old one may be about to be deleted.
pub(super) fn update_alias(call: &mut Call<'_>, request: &NameKey) -> Result<Value, ApiError> {
    check_own(&request.alias_name)?;
    let key_id = target(call, &request.target_key_id)?;
    let missing = missing(call, &request.alias_name);
    let now = call.now;
    let state = &mut call.region().kms;
    state.forget(now);
    check_quota(state.aliases_of(&key_id).filter(|name| **name != request.alias_name).count())?;
    let alias = state.aliases.get_mut(&request.alias_name).ok_or(missing)?;
    (alias.key_id, alias.updated_at) = (key_id, now);
    Ok(json!({}))
}

/// Takes a name away; the key stays.
pub(super) fn delete_alias(call: &mut Call<'_>, request: &DeleteAlias) -> Result<Value, ApiError> {
    check_own(&request.alias_name)?;
    let missing = missing(call, &request.alias_name);
    let now = call.now;
    let state = &mut call.region().kms;
    state.forget(now);
    state.aliases.remove(&request.alias_name).map(|_| json!({})).ok_or(missing)
}

/// The id of the key that is to have a name: of a customer, and not about to be deleted.
fn target(call: &mut Call<'_>, reference: &str) -> Result<String, ApiError> {
    if reference.starts_with("alias/") || reference.contains(":alias/") {
        return Err(invalid("Aliases must refer to keys. Not aliases"));
    }
    changeable(call, reference).map(|key| key.id.clone())
}

fn check_name(name: &str) -> Result<(), ApiError> {
    check_text("aliasName", Some(name), &NAME)?;
    let Some(rest) = name.strip_prefix("alias/") else {
        return Err(invalid(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    };
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "/_-".contains(character);
    match !rest.is_empty() && rest.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(invalid(format!("{name} contains invalid characters for an alias"))),
    }
}

/// Checks a name that is to be changed: those of AWS are not.
fn check_own(name: &str) -> Result<(), ApiError> {
    check_name(name)?;
    match name.starts_with(RESERVED) {
        false => Ok(()),
        true => Err(ApiError::client("AccessDeniedException", format!("{name} belongs to a key that AWS manages."))),
    }
}

fn check_quota(held: usize) -> Result<(), ApiError> {
    match held < MAX_ALIASES {
        true => Ok(()),
        false => {
            let message = format!("A key can have no more than {MAX_ALIASES} aliases.");
            Err(ApiError::client("LimitExceededException", message))
        }
    }
}

fn missing(call: &Call<'_>, name: &str) -> ApiError {
    not_found(format!("Alias {} is not found.", arn(call, name)))
}
