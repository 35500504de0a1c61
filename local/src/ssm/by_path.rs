//! GetParametersByPath: the values below a path.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html>

use super::filter::{self, Listing, ParameterFilter};
use super::parameter::{self, Decryption, Parameter, State, Version};
use super::{invalid, name};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};

/// Results of one page, and of a page whose size was not asked for.
const MAX_RESULTS: usize = 10;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetParametersByPath {
    path: String,
    #[serde(default)]
    recursive: bool,
    #[serde(default)]
    parameter_filters: Vec<ParameterFilter>,
    #[serde(default)]
    with_decryption: Decryption,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// One page of the parameters below the path.
pub(super) fn get_parameters_by_path(call: &mut Call<'_>, request: &GetParametersByPath) -> Result<Value, ApiError> {
    name::check_path(&request.path)?;
    filter::check(&request.parameter_filters, Listing::ByPath)?;
    let max = max_results(request.max_results, MAX_RESULTS)?;
    let depth = if request.recursive { filter::Depth::Recursive } else { filter::Depth::OneLevel };
    let labels = filter::labels(&request.parameter_filters);
    let found: Vec<Parameter> = call
        .region()
        .ssm
        .parameters
        .values()
        .filter(|parameter| filter::is_below(&parameter.name, &request.path, depth))
        .filter(|parameter| filter::matches_all(&request.parameter_filters, parameter))
        .filter(|parameter| version(parameter, &labels).is_some())
        .cloned()
        .collect();
    let page = pagination::page(found, |parameter| parameter.name.clone(), Some(max), request.next_token.as_deref())
        .map_err(|_| invalid_token())?;
    let mut parameters = Vec::new();
    for parameter in &page.items {
        let Some(version) = version(parameter, &labels) else { continue };
        parameter::check_decryption(call, version, request.with_decryption)?;
        parameters.push(parameter::with_value(call, parameter, version, None, request.with_decryption));
    }
    Ok(with_token(json!({ "Parameters": parameters }), page.next_token))
}

/// The names of the parameters below a path, and the keys that encrypt their newest versions.
#[must_use]
pub fn below(state: &State, path: &str, depth: filter::Depth) -> Vec<(String, Option<String>)> {
    let found = state.parameters.values().filter(|parameter| filter::is_below(&parameter.name, path, depth));
    found.map(|parameter| (parameter.name.clone(), parameter.latest().encrypted_with.clone())).collect()
}

/// The version that carries one of the labels; the newest if none was asked for.
fn version<'a>(parameter: &'a Parameter, labels: &[&str]) -> Option<&'a Version> {
    match labels {
        [] => Some(parameter.latest()),
        _ => labels.iter().find_map(|label| parameter.labelled(label)),
    }
}

/// The page size, which must lie between 1 and `max`.
pub(super) fn max_results(asked: Option<usize>, max: usize) -> Result<usize, ApiError> {
    match asked {
        None => Ok(max.min(MAX_RESULTS)),
        Some(asked) if (1..=max).contains(&asked) => Ok(asked),
        Some(asked) => Err(invalid(format!(
            "1 validation error detected: Value '{asked}' at 'maxResults' failed to satisfy constraint: Member must \
             have value between 1 and {max}"
        ))),
    }
}

/// The error for a token that this service did not give out.
pub(super) fn invalid_token() -> ApiError {
    ApiError::client("InvalidNextToken", "The specified token isn't valid.")
}

/// The reply with its token, if there is a next page.
pub(super) fn with_token(mut reply: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        reply["NextToken"] = Value::from(token);
    }
    reply
}
