//! Lengths and numbers that every request has to keep.
//!
//! Source: the constraints of each member in
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html>

use crate::constraint::{check_text, page_size};
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
/// Results on a page of a listing, and values on a page of a batch.
const LISTING: u32 = 100;
const BATCH: u32 = 20;

/// Checks a description, if there is one.
pub(super) fn check_description(description: Option<&String>) -> Result<(), ApiError> {
    check_text("description", description.map(String::as_str), &DESCRIPTION)
}

/// Checks the id of a key, if there is one.
pub(super) fn check_key_id(key_id: Option<&String>) -> Result<(), ApiError> {
    check_text("kmsKeyId", key_id.map(String::as_str), &KEY_ID)
}

/// Checks a staging label, if there is one.
pub(super) fn check_stage(stage: Option<&String>) -> Result<(), ApiError> {
    check_text("versionStage", stage.map(String::as_str), &STAGE)
}

/// Checks the id of a version, if there is one.
pub(super) fn check_version_id(member: &str, id: Option<&String>) -> Result<(), ApiError> {
    check_text(member, id.map(String::as_str), &VERSION_ID)
}

/// Checks a token for the next page, if there is one.
pub(super) fn check_next_token(token: Option<&String>) -> Result<(), ApiError> {
    check_text("nextToken", token.map(String::as_str), &NEXT_TOKEN)
}

/// The size of a page of a listing.
pub(super) fn listing_size(asked: Option<i64>) -> Result<usize, ApiError> {
    page_size("maxResults", asked, LISTING, LISTING as usize)
}

/// The size of a page of a batch.
pub(super) fn batch_size(asked: Option<i64>) -> Result<usize, ApiError> {
    page_size("maxResults", asked, BATCH, BATCH as usize)
}
