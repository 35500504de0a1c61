//! DescribeParameters: what there is, without the values.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>

use super::by_path::{invalid_token, max_results, with_token};
use super::filter::{self, Listing, ParameterFilter};
use super::invalid;
use super::parameter::{self, Parameter};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};

/// Results of one page at most.
const MAX_RESULTS: usize = 50;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeParameters {
    #[serde(default)]
    filters: Vec<Value>,
    #[serde(default)]
    parameter_filters: Vec<ParameterFilter>,
    max_results: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    shared: bool,
}

/// One page of the parameters that pass all filters.
pub(super) fn describe_parameters(call: &mut Call<'_>, request: &DescribeParameters) -> Result<Value, ApiError> {
    if !request.filters.is_empty() {
        return Err(invalid("The embedded AWS knows ParameterFilters, not the older Filters."));
    }
    filter::check(&request.parameter_filters, Listing::Describe)?;
    let max = max_results(request.max_results, MAX_RESULTS)?;
    let found: Vec<Parameter> = call
        .region()
        .ssm
        .parameters
        .values()
        // Nothing is shared with this account.
        .filter(|parameter| !request.shared && filter::matches_all(&request.parameter_filters, parameter))
        .cloned()
        .collect();
    let page = pagination::page(found, |parameter| parameter.name.clone(), Some(max), request.next_token.as_deref())
        .map_err(|_| invalid_token())?;
    let parameters: Vec<Value> = page
        .items
        .iter()
        .map(|parameter| Value::Object(parameter::metadata(call, parameter, parameter.latest())))
        .collect();
    Ok(with_token(json!({ "Parameters": parameters }), page.next_token))
}
