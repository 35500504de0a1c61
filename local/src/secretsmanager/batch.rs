//! BatchGetSecretValue: the current values of several secrets, and why the others have none.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>

use super::bounds::{check_length, check_next_token, page_size};
use super::filter::{self, Filter};
use super::get::{self, Wanted};
use super::list::{found, page, with_token};
use super::{invalid_parameter, secret_id};
use crate::authorization;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Ids in one request.
const IDS: RangeInclusive<usize> = 1..=20;
/// Values on one page.
const PAGE: usize = 20;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct BatchGetSecretValue {
    secret_id_list: Option<Vec<String>>,
    filters: Option<Vec<Filter>>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// The values that can be read, and the errors of those that cannot.
pub(super) fn batch_get_secret_value(call: &mut Call<'_>, request: &BatchGetSecretValue) -> Result<Value, ApiError> {
    let max = page_size(request.max_results, PAGE)?;
    check_next_token(request.next_token.as_ref())?;
    let (ids, next_token) = match (&request.secret_id_list, &request.filters) {
        (Some(_), None) if request.max_results.is_some() => {
            return Err(invalid_parameter(
                "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
            ));
        }
        (Some(ids), None) => {
            check_length("secretIdList", ids.len(), &IDS)?;
            ids.iter().try_for_each(|id| secret_id::check_id(id))?;
            (ids.clone(), None)
        }
        (None, Some(filters)) => {
            filter::check(filters)?;
            let names = found(call, filters, false).into_iter().map(|secret| secret.name).collect();
            let page = page(names, String::clone, max, request.next_token.as_deref())?;
            (page.items, page.next_token)
        }
        _ => return Err(invalid_parameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")),
    };
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for id in ids {
        match value(call, &id) {
            Ok(value) => values.push(value),
            Err(error) => {
                errors.push(json!({ "SecretId": id, "ErrorCode": error.code, "Message": error.message }));
            }
        }
    }
    Ok(with_token(json!({ "SecretValues": values, "Errors": errors }), next_token))
}

/// The current value of one secret, if the caller may read it: that is asked secret by secret.
fn value(call: &mut Call<'_>, id: &str) -> Result<Value, ApiError> {
    let wanted = Wanted { secret_id: id.to_owned(), version_id: None, version_stage: None };
    authorization::check_secret(call, &wanted)?;
    get::read(call, &wanted, get::shown)
}
