//! stub
use crate::{call::Call, codec::{query::Params, xml::Element}, error::ApiError};
use serde::{Deserialize, Serialize};
/// stub
#[derive(Default, Serialize, Deserialize)]
pub struct State {}
/// stub
pub fn handle(_: &mut Call<'_>, _: &str, _: &Params) -> Result<Element, ApiError> { Err(ApiError::client("InvalidAction", "")) }
use crate::world::Account;
use std::collections::BTreeMap;
/// What the policies of a role say about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement allows it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
}
/// stub
pub fn allows(_account: &Account, _role_arn: &str, _action: &str, _resource_arn: &str, _context: &BTreeMap<String, Vec<String>>) -> Decision { Decision::Allowed }
/// stub
pub fn assumable_by(_account: &Account, _role_arn: &str, _service: &str, _context: &BTreeMap<String, Vec<String>>) -> bool { true }
