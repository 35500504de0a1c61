//! How a request names a secret: by name, by ARN, or by an ARN without its last seven characters.
//!
//! Sources: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>

use super::bounds::check_length;
use super::invalid_request;
use super::model::{Secret, State};
use crate::call::Call;
use crate::error::ApiError;
use crate::time::Time;
use std::ops::RangeInclusive;

/// Characters of a name.
const NAME: RangeInclusive<usize> = 1..=512;
/// Characters of an id, which may be an ARN.
const SECRET_ID: RangeInclusive<usize> = 1..=2048;
/// Characters behind the hyphen at the end of an ARN.
const SUFFIX: usize = 6;

/// A new ARN for a secret with this name.
pub(super) fn new_arn(call: &mut Call<'_>, name: &str) -> String {
    let suffix = call.ids.mixed(SUFFIX);
    format!("arn:aws:secretsmanager:{}:{}:secret:{name}-{suffix}", call.region, call.account_id)
}

/// Checks the name of a new secret.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    check_length("name", name.chars().count(), &NAME)?;
    check_characters(name)
}

/// The secret that a request names, even if it is about to be deleted.
pub(super) fn any<'a>(call: &'a mut Call<'_>, id: &str) -> Result<&'a mut Secret, ApiError> {
    check_id(id)?;
    let now = call.now;
    let state = &mut call.region().secretsmanager;
    let name = find(state, id, now).map(|secret| secret.name.clone()).ok_or_else(not_found)?;
    state.secrets.get_mut(&name).ok_or_else(not_found)
}

/// The secret that a request names; one that is about to be deleted takes part in nothing.
///
/// Source: the first cause of `InvalidRequestException` in
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
pub(super) fn active<'a>(call: &'a mut Call<'_>, id: &str) -> Result<&'a mut Secret, ApiError> {
    let secret = any(call, id)?;
    match secret.deletion {
        None => Ok(secret),
        Some(_) => Err(marked()),
    }
}

/// The secret with this name or ARN.
///
/// An ARN that does not end in a hyphen and six characters is taken for one that lacks them. One that ends so is
/// complete, even where the end belongs to the name: that is why no name should end so.
#[must_use]
pub fn find<'a>(state: &'a State, id: &str, now: Time) -> Option<&'a Secret> {
    let found = match id.strip_prefix("arn:") {
        None => state.secrets.get(id),
        Some(_) => {
            let (_, rest) = id.split_once(":secret:")?;
            match without_suffix(rest) {
                Some(name) => state.secrets.get(name).filter(|secret| secret.arn == id),
                None => state.secrets.get(rest).filter(|secret| without_suffix(&secret.arn) == Some(id)),
            }
        }
    };
    found.filter(|secret| !secret.is_gone(now))
}

/// Checks the characters and the length of an id.
pub(super) fn check_id(id: &str) -> Result<(), ApiError> {
    check_length("secretId", id.chars().count(), &SECRET_ID)?;
    match id.starts_with("arn:") {
        true => Ok(()),
        false => check_characters(id),
    }
}

/// The error for a secret that is not there.
pub(super) fn not_found() -> ApiError {
    missing("Secrets Manager can't find the specified secret.")
}

/// The error for anything that is not there.
pub(super) fn missing(message: impl Into<String>) -> ApiError {
    ApiError::client("ResourceNotFoundException", message)
}

/// The error for a secret that is about to be deleted.
pub(super) fn marked() -> ApiError {
    invalid_request("You can't perform this operation on the secret because it was marked for deletion.")
}

/// AWS documents `/_+=.@-` and takes `!` too, which stands in the names of secrets that other services own.
fn check_characters(name: &str) -> Result<(), ApiError> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "-/_+=.@!".contains(character);
    match name.chars().all(is_allowed) {
        true => Ok(()),
        false => Err(ApiError::client(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )),
    }
}

/// What stands before the hyphen and the six characters that a complete ARN ends in.
fn without_suffix(text: &str) -> Option<&str> {
    let (before, suffix) = text.rsplit_once('-')?;
    (suffix.len() == SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(before)
}
