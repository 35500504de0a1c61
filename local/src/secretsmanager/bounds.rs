//! Lengths and numbers that every request has to keep.
//!
//! Source: the constraints of each member in
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html>

use crate::error::ApiError;
use std::ops::RangeInclusive;

/// Characters of a description.
const DESCRIPTION: RangeInclusive<usize> = 0..=2048;
/// Characters of the id of a key.
const KEY_ID: RangeInclusive<usize> = 0..=2048;
/// Characters of a staging label.
const STAGE: RangeInclusive<usize> = 1..=256;
/// Characters of the id of a version.
const VERSION_ID: RangeInclusive<usize> = 32..=64;
/// Characters of a token for the next page.
const NEXT_TOKEN: RangeInclusive<usize> = 1..=4096;
/// Results on a page.
const PAGE: usize = 100;

/// The refusal of a member that breaks a constraint. Values are not repeated: they may be secret.
pub(super) fn broken(member: &str, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must {rule}");
    ApiError::client("ValidationException", message)
}

/// Checks the number of characters, or of items.
pub(super) fn check_length(member: &str, length: usize, allowed: &RangeInclusive<usize>) -> Result<(), ApiError> {
    match allowed.contains(&length) {
        true => Ok(()),
        false if length < *allowed.start() => {
            Err(broken(member, &format!("have length greater than or equal to {}", allowed.start())))
        }
        false => Err(broken(member, &format!("have length less than or equal to {}", allowed.end()))),
    }
}

/// Checks a description, if there is one.
pub(super) fn check_description(description: Option<&String>) -> Result<(), ApiError> {
    check_text("description", description, &DESCRIPTION)
}

/// Checks the id of a key, if there is one.
pub(super) fn check_key_id(key_id: Option<&String>) -> Result<(), ApiError> {
    check_text("kmsKeyId", key_id, &KEY_ID)
}

/// Checks a staging label, if there is one.
pub(super) fn check_stage(stage: Option<&String>) -> Result<(), ApiError> {
    check_text("versionStage", stage, &STAGE)
}

/// Checks the id of a version, if there is one.
pub(super) fn check_version_id(member: &str, id: Option<&String>) -> Result<(), ApiError> {
    check_text(member, id, &VERSION_ID)
}

/// Checks a token for the next page, if there is one.
pub(super) fn check_next_token(token: Option<&String>) -> Result<(), ApiError> {
    check_text("nextToken", token, &NEXT_TOKEN)
}

/// The size of a page.
pub(super) fn page_size(asked: Option<i64>, max: usize) -> Result<usize, ApiError> {
    let Some(asked) = asked else { return Ok(max) };
    match usize::try_from(asked) {
        Ok(size) if (1..=max).contains(&size) => Ok(size),
        _ if asked < 1 => Err(broken("maxResults", "have value greater than or equal to 1")),
        _ => Err(broken("maxResults", &format!("have value less than or equal to {max}"))),
    }
}

/// The size of a page of a listing.
pub(super) fn listing_size(asked: Option<i64>) -> Result<usize, ApiError> {
    page_size(asked, PAGE)
}

fn check_text(member: &str, text: Option<&String>, allowed: &RangeInclusive<usize>) -> Result<(), ApiError> {
    text.map_or(Ok(()), |text| check_length(member, text.chars().count(), allowed))
}
