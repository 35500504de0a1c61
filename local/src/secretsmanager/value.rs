//! The value that a request brings: text or bytes, and not both.
//!
//! Sources: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html> and
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>

use super::bounds::check_length;
use super::model::SecretValue;
use super::{invalid_parameter, invalid_request};
use crate::error::ApiError;
use base64::Engine as _;
use std::ops::RangeInclusive;

/// Bytes of a value.
const BYTES: RangeInclusive<usize> = 1..=65_536;
/// Characters of the token that becomes the id of a version.
const TOKEN: RangeInclusive<usize> = 32..=64;

/// The value of a request, if it has one.
pub(super) fn given(string: Option<String>, binary: Option<String>) -> Result<Option<SecretValue>, ApiError> {
    match (string, binary) {
        (None, None) => Ok(None),
        (Some(text), None) => {
            check_length("secretString", text.len(), &BYTES)?;
            Ok(Some(SecretValue::String(text)))
        }
        (None, Some(text)) => {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(&text)
                .map_err(|_| ApiError::client("SerializationException", "SecretBinary is not base64."))?;
            check_length("secretBinary", bytes.len(), &BYTES)?;
            Ok(Some(SecretValue::Binary(text)))
        }
        (Some(_), Some(_)) => Err(invalid_parameter(
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        )),
    }
}

/// The token of a request that brings a value. Every SDK makes one up where the caller gives none.
pub(super) fn token(token: Option<String>) -> Result<String, ApiError> {
    let Some(token) = token else {
        return Err(invalid_request("You must provide a ClientRequestToken value. We recommend a UUID-type value."));
    };
    match TOKEN.contains(&token.chars().count()) {
        true => Ok(token),
        false => Err(invalid_parameter("ClientRequestToken must be 32-64 characters long.")),
    }
}

/// Checks a token that becomes nothing, because there is no value.
pub(super) fn check_unused_token(unused: Option<&String>) -> Result<(), ApiError> {
    unused.map_or(Ok(()), |text| token(Some(text.clone())).map(drop))
}
