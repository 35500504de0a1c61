//! How a request names a key: by id, by ARN, by an alias or by the ARN of an alias.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>. The words are those that AWS
//! answered to LocalStack's authors:
//! <https://github.com/localstack/localstack/blob/main/tests/aws/services/kms/test_kms.snapshot.json>

use super::model::{Key, KeyManager, KeyState, State};
use crate::call::Call;
use crate::constraint::check_text;
use crate::error::ApiError;
use std::ops::RangeInclusive;

/// Characters of an id, which may be an ARN.
const KEY_ID: RangeInclusive<usize> = 1..=2048;
/// The lengths of the parts of an id.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// The key that a request names in any of the four ways.
///
/// # Errors
/// `NotFoundException`.
pub fn find<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a Key, ApiError> {
    check_text("keyId", Some(reference), &KEY_ID)?;
    let name = match of_alias(call, reference)? {
        Some(alias) => target(call, &alias)?,
        None => return existing(call, reference).map(|key| &*key),
    };
    existing(call, &name).map(|key| &*key)
}

/// The key that a request names by its id or its ARN.
pub(super) fn existing<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a mut Key, ApiError> {
    check_text("keyId", Some(reference), &KEY_ID)?;
    let id = match reference.strip_prefix("arn:") {
        Some(_) => of_this_region(call, reference)?.strip_prefix("key/").map(str::to_owned),
        None => Some(reference.to_owned()),
    };
    let id = id.filter(|id| is_key_id(id)).ok_or_else(|| not_found(format!("Invalid keyId '{reference}'")))?;
    let arn = arn(call, &format!("key/{id}"));
    let now = call.now;
    let found = call.region().kms.keys.get_mut(&id).filter(|key| !key.is_gone(now));
    found.ok_or_else(|| not_found(format!("Key '{arn}' does not exist")))
}

/// The same for an operation that only customers' keys in a state to be changed take.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>
pub(super) fn changeable<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a mut Key, ApiError> {
    let key = of_customer(call, reference)?;
    match key.state {
        KeyState::PendingDeletion { .. } => Err(pending(key)),
        KeyState::Enabled | KeyState::Disabled => Ok(key),
    }
}

/// The same for an operation that only customers' keys take. The policy of a key of AWS lets nobody change it.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>
pub(super) fn of_customer<'a>(call: &'a mut Call<'_>, reference: &str) -> Result<&'a mut Key, ApiError> {
    let caller = call.caller_arn.clone();
    let key = existing(call, reference)?;
    match key.manager {
        KeyManager::Customer => Ok(key),
        KeyManager::Aws => Err(ApiError::client(
            "AccessDeniedException",
            format!("User: {caller} is not authorized to change the AWS managed key {}", key.arn),
        )),
    }
}

/// The error for a key that is about to be deleted.
pub(super) fn pending(key: &Key) -> ApiError {
    ApiError::client("KMSInvalidStateException", format!("{} is pending deletion.", key.arn))
}

/// The error for what is not there.
pub(super) fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::client("NotFoundException", message)
}

/// `arn:aws:kms:REGION:ACCOUNT:` with the resource behind it.
pub(super) fn arn(call: &Call<'_>, resource: &str) -> String {
    format!("arn:aws:kms:{}:{}:{resource}", call.region, call.account_id)
}

/// The id of the key behind an alias.
fn target(call: &mut Call<'_>, alias: &str) -> Result<String, ApiError> {
    let missing = not_found(format!("Alias {} is not found.", arn(call, alias)));
    let now = call.now;
    let State { keys, aliases } = &call.region().kms;
    let found = aliases.get(alias).filter(|alias| keys.get(&alias.key_id).is_some_and(|key| !key.is_gone(now)));
    found.map(|alias| alias.key_id.clone()).ok_or(missing)
}

/// The alias that a reference names, if it names one.
fn of_alias(call: &Call<'_>, reference: &str) -> Result<Option<String>, ApiError> {
    let resource = match reference.starts_with("arn:") {
        true => of_this_region(call, reference)?,
        false => reference,
    };
    Ok(resource.starts_with("alias/").then(|| resource.to_owned()))
}

/// What an ARN is about. Keys of other regions cannot be used, and those of other accounts are not known here.
fn of_this_region<'a>(call: &Call<'_>, reference: &'a str) -> Result<&'a str, ApiError> {
    let parts: Vec<&str> = reference.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "kms", region, account, resource] if region == call.region && account == call.account_id => {
            Ok(resource)
        }
        ["arn", _, "kms", region, _, resource] if region == call.region => match resource.starts_with("alias/") {
            true => Err(not_found(format!("Alias {reference} is not found."))),
            false => Err(not_found(format!("Key '{reference}' does not exist"))),
        },
        ["arn", _, "kms", region, _, _] => Err(not_found(format!("Invalid arn {region}"))),
        _ => Err(ApiError::client("InvalidArnException", format!("Invalid arn {reference}"))),
    }
}

/// Whether this is what an id of a key looks like. Multi-Region keys, whose ids are others, are not here.
fn is_key_id(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    let fits = |(part, length): (&&str, &usize)| part.len() == *length && part.bytes().all(|b| b.is_ascii_hexdigit());
    parts.len() == UUID.len() && parts.iter().zip(&UUID).all(fits)
}
