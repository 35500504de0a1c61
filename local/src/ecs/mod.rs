//! Not written yet.

use crate::call::Call;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Nothing yet.
#[derive(Default, Serialize, Deserialize)]
pub struct State {}

/// Knows no operation yet.
///
/// # Errors
/// Always.
pub fn handle(_call: &mut Call<'_>, operation: &str, _body: &Value) -> Result<Value, ApiError> {
    Err(ApiError::client("UnknownOperationException", operation))
}
