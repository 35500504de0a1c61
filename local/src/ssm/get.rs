//! GetParameter and GetParameters: values by name.
//!
//! Sources: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html> and
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>

use super::invalid;
use super::parameter::{self, Decryption};
use super::selector::{NotFound, find};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// Names in one request of the plural operations.
pub(super) const MAX_NAMES: usize = 10;

/// The request for one parameter.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetParameter {
    name: String,
    #[serde(default)]
    with_decryption: Decryption,
}

/// The request for several.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetParameters {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: Decryption,
}

/// One parameter, or an error.
pub(super) fn get_parameter(call: &mut Call<'_>, request: &GetParameter) -> Result<Value, ApiError> {
    let found = shown(call, &request.name, request.with_decryption)?;
    found.map(|parameter| json!({ "Parameter": parameter })).map_err(|reason| not_found(&request.name, &reason))
}

/// Those that exist; the names of the others come back as invalid.
pub(super) fn get_parameters(call: &mut Call<'_>, request: &GetParameters) -> Result<Value, ApiError> {
    check_names(&request.names)?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in &request.names {
        match shown(call, name, request.with_decryption)? {
            Ok(parameter) => found.push(parameter),
            Err(_) => missing.push(name.clone()),
        }
    }
    Ok(json!({ "Parameters": found, "InvalidParameters": missing }))
}

/// Checks a list of names.
pub(super) fn check_names(names: &[String]) -> Result<(), ApiError> {
    match names.len() {
        1..=MAX_NAMES => Ok(()),
        count => Err(invalid(format!(
            "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length \
             between 1 and {MAX_NAMES} (got {count})"
        ))),
    }
}

/// AWS says nothing more about a missing parameter than the code.
pub(super) fn not_found(name: &str, reason: &NotFound) -> ApiError {
    match reason {
        NotFound::Parameter => ApiError::client("ParameterNotFound", ""),
        NotFound::Version => ApiError::client(
            "ParameterVersionNotFound",
            format!("Systems Manager could not find version of {name}. Verify the version and try again."),
        ),
    }
}

/// A parameter as it was asked for, or why there is none. One whose key cannot be used is an error of the whole request.
fn shown(call: &mut Call<'_>, name: &str, decryption: Decryption) -> Result<Result<Value, NotFound>, ApiError> {
    let state = std::mem::take(&mut call.region().ssm);
    let reply = find(&state, name).map(|found| {
        parameter::check_decryption(call, found.version, decryption)?;
        let selector = found.selector.as_deref();
        Ok(parameter::with_value(call, found.parameter, found.version, selector, decryption))
    });
    call.region().ssm = state;
    reply.map_or_else(|reason| Ok(Err(reason)), |shown| shown.map(Ok))
}
