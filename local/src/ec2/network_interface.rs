//! stub
use crate::{error::ApiError, world::Ids};
use serde::{Deserialize, Serialize};
use super::State;
/// One network interface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// `eni-…`
    pub id: String,
    /// Its subnet.
    pub subnet_id: String,
    /// Its VPC.
    pub vpc_id: String,
    /// Its private IPv4 address.
    pub private_ip: String,
    /// Its public IPv4 address, if it was given one.
    pub public_ip: Option<String>,
    /// Its MAC address.
    pub mac: String,
}
/// stub
pub fn create(_state: &mut State, _ids: &mut Ids, _subnet_id: &str, _group_ids: &[String], _public_ip: bool, _description: &str) -> Result<NetworkInterface, ApiError> { Err(ApiError::client("x", "y")) }
/// stub
pub fn delete(_state: &mut State, _id: &str) {}
