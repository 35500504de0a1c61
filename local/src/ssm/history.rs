//! GetParameterHistory: all versions of one parameter that are kept.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html>

use super::by_path::{invalid_token, with_token};
use super::get::not_found;
use super::invalid;
use super::parameter::{self, Decryption, Parameter, ParameterType, Version};
use super::selector::{NotFound, find};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};

/// Results of one page, and of a page whose size was not asked for.
const MAX_RESULTS: usize = 50;

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct GetParameterHistory {
    name: String,
    #[serde(default)]
    with_decryption: Decryption,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// One page of the versions, oldest first.
pub(super) fn get_parameter_history(call: &mut Call<'_>, request: &GetParameterHistory) -> Result<Value, ApiError> {
    let max = request.max_results.unwrap_or(MAX_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid(format!("MaxResults must lie between 1 and {MAX_RESULTS}.")));
    }
    let parameter = find(&call.region().ssm, &request.name)
        .map(|found| found.parameter.clone())
        .map_err(|_| not_found(&request.name, &NotFound::Parameter))?;
    let key = |version: &&Version| format!("{:020}", version.number);
    let page = pagination::page(parameter.versions.iter().collect(), key, Some(max), request.next_token.as_deref())
        .map_err(|_| invalid_token())?;
    for version in &page.items {
        parameter::check_decryption(call, version, request.with_decryption)?;
    }
    let versions: Vec<Value> =
        page.items.iter().map(|version| entry(call, &parameter, version, request.with_decryption)).collect();
    Ok(with_token(json!({ "Parameters": versions }), page.next_token))
}

fn entry(call: &Call<'_>, parameter: &Parameter, version: &Version, decryption: Decryption) -> Value {
    let mut reply = parameter::metadata(call, parameter, version);
    // The shape ParameterHistory has no ARN.
    reply.remove("ARN");
    let hidden = version.kind == ParameterType::SecureString && decryption == Decryption::Without;
    let value = if hidden { version.ciphertext.as_ref() } else { Some(&version.value) };
    reply.insert("Value".to_owned(), json!(value));
    reply.insert("Labels".to_owned(), json!(version.labels));
    Value::Object(reply)
}
