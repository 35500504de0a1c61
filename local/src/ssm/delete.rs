//! DeleteParameter and DeleteParameters.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html>. A name, never an
//! ARN; the name rests for 30 seconds before it can be created again.

use super::get::{check_names, not_found};
use super::selector::NotFound;
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request to delete one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteParameter {
    name: String,
}

/// The request to delete several.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteParameters {
    names: Vec<String>,
}

/// Deletes one parameter.
pub(super) fn delete_parameter(call: &mut Call<'_>, request: &DeleteParameter) -> Result<Value, ApiError> {
    match delete(call, &request.name) {
        true => Ok(json!({})),
        false => Err(not_found(&request.name, &NotFound::Parameter)),
    }
}

/// Deletes those that exist; the names of the others come back as invalid.
pub(super) fn delete_parameters(call: &mut Call<'_>, request: &DeleteParameters) -> Result<Value, ApiError> {
    check_names(&request.names)?;
    let (deleted, invalid): (Vec<_>, Vec<_>) = request.names.iter().cloned().partition(|name| delete(call, name));
    Ok(json!({ "DeletedParameters": deleted, "InvalidParameters": invalid }))
}

fn delete(call: &mut Call<'_>, name: &str) -> bool {
    let now = call.now;
    let state = &mut call.region().ssm;
    let existed = state.parameters.remove(name).is_some();
    if existed {
        state.deleted.insert(name.to_owned(), now);
    }
    existed
}
