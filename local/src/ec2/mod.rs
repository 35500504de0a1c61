//! stub
use crate::{call::Call, codec::{query::Params, xml::Element}, error::ApiError};
use serde::{Deserialize, Serialize};
/// stub
#[derive(Default, Serialize, Deserialize)]
pub struct State {}
/// stub
pub fn handle(_: &mut Call<'_>, _: &str, _: &Params) -> Result<Element, ApiError> { Err(ApiError::client("InvalidAction", "")) }
pub mod network_interface;
