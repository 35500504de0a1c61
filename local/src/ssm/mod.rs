//! AWS Systems Manager, as far as Parameter Store goes.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/Welcome.html>

mod by_path;
mod delete;
mod describe;
mod filter;
mod get;
mod history;
mod labels;
mod name;
mod parameter;
mod put;
mod selector;
mod tags;

pub use by_path::below;
pub use filter::Depth;
pub use parameter::{Parameter, ParameterType, State, Tier, Version, arn};
pub use selector::find;

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one operation of the target `AmazonSSM`.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    match operation {
        "PutParameter" => put::put_parameter(call, read(body)?),
        "GetParameter" => get::get_parameter(call, &read(body)?),
        "GetParameters" => get::get_parameters(call, &read(body)?),
        "GetParametersByPath" => by_path::get_parameters_by_path(call, &read(body)?),
        "DescribeParameters" => describe::describe_parameters(call, &read(body)?),
        "GetParameterHistory" => history::get_parameter_history(call, &read(body)?),
        "LabelParameterVersion" => labels::label_parameter_version(call, &read(body)?),
        "UnlabelParameterVersion" => labels::unlabel_parameter_version(call, &read(body)?),
        "DeleteParameter" => delete::delete_parameter(call, &read(body)?),
        "DeleteParameters" => delete::delete_parameters(call, &read(body)?),
        "AddTagsToResource" => tags::add_tags_to_resource(call, &read(body)?),
        "RemoveTagsFromResource" => tags::remove_tags_from_resource(call, &read(body)?),
        "ListTagsForResource" => tags::list_tags_for_resource(call, &read(body)?),
        _ => Err(ApiError::client("UnknownOperationException", format!("AmazonSSM.{operation} is not known here."))),
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "ValidationException")
}

/// The error for a request that is well formed and still not valid.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::client("ValidationException", message)
}
