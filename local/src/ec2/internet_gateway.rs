//! Internet gateways. A VPC has at most one, and a gateway at most one VPC.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>

use super::State;
use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::{Kind, find, find_mut};
use super::tag;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One internet gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct InternetGateway {
    id: String,
    /// The VPC that it is attached to.
    pub(super) vpc_id: Option<String>,
}

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateInternetGateway" => create,
        "DescribeInternetGateways" => describe::<InternetGateway>,
        "AttachInternetGateway" => attach,
        "DetachInternetGateway" => detach,
        "DeleteInternetGateway" => delete,
        _ => return None,
    })
}

fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let tags = tag::read_specification(params, Kind::InternetGateway)?;
    let id = call.ids.resource(Kind::InternetGateway.prefix());
    let state = &mut call.region().ec2;
    state.internet_gateways.insert(id.clone(), InternetGateway { id: id.clone(), vpc_id: None });
    tag::attach(state, &id, tags);
    let view = View::of(call);
    let gateway = find(&view.state.internet_gateways, Kind::InternetGateway, &id)?;
    Ok(Element::reply().child(gateway.element(&view).named("internetGateway")))
}

fn attach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (id, vpc_id) = (params.required("InternetGatewayId")?, params.required("VpcId")?);
    let state = &mut call.region().ec2;
    let gateway = find(&state.internet_gateways, Kind::InternetGateway, &id)?;
    find(&state.vpcs, Kind::Vpc, &vpc_id)?;
    if let Some(attached) = &gateway.vpc_id {
        let message = format!("resource {id} is already attached to network {attached}");
        return Err(ApiError::client("Resource.AlreadyAssociated", message));
    }
    if of_vpc(state, &vpc_id).is_some() {
        let message = format!("Network {vpc_id} already has an internet gateway attached");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    find_mut(&mut state.internet_gateways, Kind::InternetGateway, &id)?.vpc_id = Some(vpc_id);
    Ok(Element::done())
}

/// "The VPC must not contain any running instances with Elastic IP addresses or public IPv4 addresses."
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
fn detach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (id, vpc_id) = (params.required("InternetGatewayId")?, params.required("VpcId")?);
    let state = &mut call.region().ec2;
    let gateway = find(&state.internet_gateways, Kind::InternetGateway, &id)?;
    find(&state.vpcs, Kind::Vpc, &vpc_id)?;
    if gateway.vpc_id.as_ref() != Some(&vpc_id) {
        let message = format!("resource {id} is not attached to network {vpc_id}");
        return Err(ApiError::client("Gateway.NotAttached", message));
    }
    let mut interfaces = state.network_interfaces.values();
    if interfaces.any(|interface| interface.vpc_id == vpc_id && interface.public_ip.is_some()) {
        let message = format!(
            "Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before \
             detaching the gateway."
        );
        return Err(ApiError::client("DependencyViolation", message));
    }
    find_mut(&mut state.internet_gateways, Kind::InternetGateway, &id)?.vpc_id = None;
    Ok(Element::done())
}

fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("InternetGatewayId")?;
    let state = &mut call.region().ec2;
    if find(&state.internet_gateways, Kind::InternetGateway, &id)?.vpc_id.is_some() {
        return Err(Kind::InternetGateway.in_use(&id));
    }
    state.internet_gateways.remove(&id);
    state.tags.remove(&id);
    Ok(Element::done())
}

/// The gateway that is attached to a VPC.
pub(super) fn of_vpc<'a>(state: &'a State, vpc_id: &str) -> Option<&'a InternetGateway> {
    state.internet_gateways.values().find(|gateway| gateway.vpc_id.as_deref() == Some(vpc_id))
}

impl Listed for InternetGateway {
    const KIND: Kind = Kind::InternetGateway;
    const ID_PARAMETER: &'static str = "InternetGatewayId";
    const SET: &'static str = "internetGatewaySet";
    const FILTERS: &'static [&'static str] =
        &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.internet_gateways
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        match filter {
            "attachment.state" => self.vpc_id.iter().map(|_| "available".to_owned()).collect(),
            "attachment.vpc-id" => self.vpc_id.iter().cloned().collect(),
            "internet-gateway-id" => vec![self.id.clone()],
            "owner-id" => vec![view.account_id.to_owned()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        let attachment =
            self.vpc_id.iter().map(|vpc_id| Element::new("item").field("vpcId", vpc_id).field("state", "available"));
        Element::new("item")
            .field("internetGatewayId", &self.id)
            .field("ownerId", view.account_id)
            .set("attachmentSet", attachment)
            .set("tagSet", view.tags(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::network_interface;
    use crate::ec2::testing::Cloud;
    use crate::world::Ids;

    fn attached() -> (Cloud, String, String) {
        let mut cloud = Cloud::new();
        let (vpc, gateway) = (cloud.vpc("10.0.0.0/16"), cloud.internet_gateway());
        cloud.done("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
        (cloud, vpc, gateway)
    }

    #[test]
    fn one_gateway_one_vpc() {
        let (mut cloud, vpc, gateway) = attached();
        let error = cloud.fail("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
        let message = format!("Resource.AlreadyAssociated: resource {gateway} is already attached to network {vpc}");
        assert_eq!(error.to_string(), message);
        let second = cloud.internet_gateway();
        let error = cloud.fail("AttachInternetGateway", &[("InternetGatewayId", &second), ("VpcId", &vpc)]);
        let message = format!("InvalidParameterValue: Network {vpc} already has an internet gateway attached");
        assert_eq!(error.to_string(), message);
        let detach = [("InternetGatewayId", second.as_str()), ("VpcId", &vpc)];
        assert_eq!(cloud.code("DetachInternetGateway", &detach), "Gateway.NotAttached");
    }

    #[test]
    fn an_attached_gateway_stays() {
        let (mut cloud, vpc, gateway) = attached();
        assert_eq!(cloud.code("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]), "DependencyViolation");
        assert_eq!(cloud.code("DeleteVpc", &[("VpcId", &vpc)]), "DependencyViolation");
        cloud.done("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
        cloud.done("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]);
        let again = cloud.code("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]);
        assert_eq!(again, "InvalidInternetGatewayID.NotFound");
    }

    #[test]
    fn public_addresses_hold_the_gateway() {
        let (mut cloud, vpc, gateway) = attached();
        let subnet = cloud.subnet(&vpc, "10.0.1.0/24");
        let interface = network_interface::create(cloud.state(), &mut Ids::new(9), &subnet, &[], true, "task");
        let params = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
        let error = cloud.fail("DetachInternetGateway", &params);
        assert!(error.to_string().starts_with(&format!("DependencyViolation: Network {vpc} has some mapped")));
        network_interface::delete(cloud.state(), &interface.expect("an interface").id);
        cloud.done("DetachInternetGateway", &params);
    }
}
