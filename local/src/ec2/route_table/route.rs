//! Routes. They lead to the VPC itself or to its internet gateway; other targets are not in here.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>

use super::table::RouteTable;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::cidr;
use crate::ec2::kind::{Kind, find, find_mut};
use crate::error::ApiError;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// One route of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    pub(super) destination: Ipv4Net,
    pub(super) target: Target,
    pub(super) origin: Origin,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Target {
    Local,
    InternetGateway(String),
}

/// How a route came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Origin {
    CreateRouteTable,
    CreateRoute,
}

/// A change of one route, read from a request.
struct Change {
    table_id: String,
    destination: Ipv4Net,
    gateway_id: String,
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let change = Change::read(params)?;
    let state = &mut call.region().ec2;
    let destination = change.destination;
    let table = change.check(state)?;
    if table.routes.iter().any(|route| route.destination == destination) {
        let message = format!("The route identified by {destination} already exists.");
        return Err(ApiError::client("RouteAlreadyExists", message));
    }
    let vpc = find(&state.vpcs, Kind::Vpc, &table.vpc_id)?;
    if vpc.cidr_block.contains(&destination) {
        let message = format!(
            "The destination CIDR block {destination} is equal to or more specific than one of this VPC's CIDR blocks. \
             This route can target only an interface or an instance."
        );
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    let target = Target::InternetGateway(change.gateway_id);
    let table = find_mut(&mut state.route_tables, Kind::RouteTable, &change.table_id)?;
    table.routes.push(Route { destination, target, origin: Origin::CreateRoute });
    Ok(Element::done())
}

pub(super) fn replace(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let change = Change::read(params)?;
    let state = &mut call.region().ec2;
    let Change { destination, table_id, .. } = &change;
    change.check(state)?;
    let table = find_mut(&mut state.route_tables, Kind::RouteTable, table_id)?;
    let Some(route) = table.routes.iter_mut().find(|route| route.destination == *destination) else {
        let message =
            format!("There is no route defined for '{destination}' in the route table. Use CreateRoute instead.");
        return Err(ApiError::client("InvalidParameterValue", message));
    };
    if route.target == Target::Local {
        let message = format!("cannot replace local route {destination} in route table {table_id}");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    route.target = Target::InternetGateway(change.gateway_id);
    Ok(Element::done())
}

pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let table_id = params.required("RouteTableId")?;
    let destination = cidr::parse("destinationCidrBlock", &params.required("DestinationCidrBlock")?)?;
    let table = find_mut(&mut call.region().ec2.route_tables, Kind::RouteTable, &table_id)?;
    let Some(position) = table.routes.iter().position(|route| route.destination == destination) else {
        let message = format!("no route with destination-cidr-block {destination} in route table {table_id}");
        return Err(ApiError::client("InvalidRoute.NotFound", message));
    };
    if table.routes[position].target == Target::Local {
        let message = format!("cannot remove local route {destination} in route table {table_id}");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    table.routes.remove(position);
    Ok(Element::done())
}

/// Whether what runs in a subnet with a public address can reach the internet: the subnet's table, or else the main one
/// of its VPC, has an active default route.
#[must_use]
pub fn reaches_internet(state: &State, subnet_id: &str) -> bool {
    let Some(subnet) = state.subnets.get(subnet_id) else { return false };
    let mut tables = state.route_tables.values().filter(|table| table.vpc_id == subnet.vpc_id);
    let own = tables
        .clone()
        .find(|table| table.associations.iter().any(|association| association.subnet_id.as_deref() == Some(subnet_id)));
    let Some(table) = own.or_else(|| tables.find(|table| table.is_main())) else { return false };
    table.routes.iter().any(|route| {
        let leads_out = matches!(route.target, Target::InternetGateway(_));
        leads_out && route.destination.prefix_len() == 0 && route.state(state, &table.vpc_id) == "active"
    })
}

impl Change {
    fn read(params: &Params) -> Result<Change, ApiError> {
        let table_id = params.required("RouteTableId")?;
        let destination = cidr::parse("destinationCidrBlock", &params.required("DestinationCidrBlock")?)?;
        Ok(Change { table_id, destination, gateway_id: params.required("GatewayId")? })
    }

    /// The table, if it and the gateway exist and belong to one network.
    fn check<'a>(&self, state: &'a State) -> Result<&'a RouteTable, ApiError> {
        let table = find(&state.route_tables, Kind::RouteTable, &self.table_id)?;
        let gateway = find(&state.internet_gateways, Kind::InternetGateway, &self.gateway_id)?;
        if gateway.vpc_id.as_ref() != Some(&table.vpc_id) {
            let message = format!(
                "route table {} and network gateway {} belong to different networks",
                self.table_id, self.gateway_id
            );
            return Err(ApiError::client("InvalidParameterValue", message));
        }
        Ok(table)
    }
}

impl Route {
    /// `active`, or `blackhole` if its target is gone.
    pub(super) fn state(&self, state: &State, vpc_id: &str) -> &'static str {
        let leads_somewhere = match &self.target {
            Target::Local => true,
            Target::InternetGateway(id) => {
                state.internet_gateways.get(id).is_some_and(|gateway| gateway.vpc_id.as_deref() == Some(vpc_id))
            }
        };
        if leads_somewhere { "active" } else { "blackhole" }
    }

    pub(super) fn element(&self, state: &State, vpc_id: &str) -> Element {
        Element::new("item")
            .field("destinationCidrBlock", self.destination)
            .field("gatewayId", self.target.gateway_id())
            .field("state", self.state(state, vpc_id))
            .field("origin", self.origin.text())
    }
}

impl Target {
    pub(super) fn gateway_id(&self) -> &str {
        match self {
            Target::Local => "local",
            Target::InternetGateway(id) => id,
        }
    }
}

impl Origin {
    pub(super) fn text(self) -> &'static str {
        match self {
            Origin::CreateRouteTable => "CreateRouteTable",
            Origin::CreateRoute => "CreateRoute",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reaches_internet;
    use crate::ec2::testing::Cloud;

    struct Network {
        cloud: Cloud,
        vpc: String,
        gateway: String,
        table: String,
    }

    fn network() -> Network {
        let mut cloud = Cloud::new();
        let (vpc, gateway) = (cloud.vpc("10.0.0.0/16"), cloud.internet_gateway());
        cloud.done("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
        let table = cloud.route_table(&vpc);
        Network { cloud, vpc, gateway, table }
    }

    impl Network {
        fn route(&mut self, action: &str, destination: &str) -> Result<(), String> {
            let params = [("RouteTableId", self.table.as_str()), ("DestinationCidrBlock", destination)];
            let params = match action {
                "DeleteRoute" => params.to_vec(),
                _ => [params.as_slice(), &[("GatewayId", self.gateway.as_str())]].concat(),
            };
            self.cloud.call(action, &params).map(|_| ()).map_err(|error| error.to_string())
        }
    }

    #[test]
    fn a_destination_has_one_route() {
        let mut network = network();
        assert_eq!(network.route("CreateRoute", "0.0.0.0/0"), Ok(()));
        let exists = "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.";
        assert_eq!(network.route("CreateRoute", "0.0.0.0/0"), Err(exists.to_owned()));
        assert_eq!(network.route("ReplaceRoute", "0.0.0.0/0"), Ok(()));
        assert_eq!(network.route("DeleteRoute", "0.0.0.0/0"), Ok(()));
        let table = network.table.clone();
        let gone =
            format!("InvalidRoute.NotFound: no route with destination-cidr-block 0.0.0.0/0 in route table {table}");
        assert_eq!(network.route("DeleteRoute", "0.0.0.0/0"), Err(gone));
        let undefined = "There is no route defined for '0.0.0.0/0' in the route table. Use CreateRoute instead.";
        assert_eq!(network.route("ReplaceRoute", "0.0.0.0/0"), Err(format!("InvalidParameterValue: {undefined}")));
    }

    #[test]
    fn the_local_route_is_not_touched() {
        let mut network = network();
        for (action, destination, code) in [
            ("CreateRoute", "10.0.0.0/16", "RouteAlreadyExists"),
            ("CreateRoute", "10.0.1.0/24", "InvalidParameterValue"),
            ("ReplaceRoute", "10.0.0.0/16", "InvalidParameterValue"),
            ("DeleteRoute", "10.0.0.0/16", "InvalidParameterValue"),
        ] {
            let error = network.route(action, destination).expect_err(action);
            assert!(error.starts_with(code), "{action} {destination}: {error}");
        }
    }

    #[test]
    fn a_gateway_of_another_network_is_refused() {
        let mut network = network();
        network.gateway = network.cloud.internet_gateway();
        let error = network.route("CreateRoute", "0.0.0.0/0").expect_err("not attached");
        assert!(error.ends_with("belong to different networks"), "{error}");
        network.gateway = "igw-0123".to_owned();
        let error = network.route("CreateRoute", "0.0.0.0/0").expect_err("not there");
        assert!(error.starts_with("InvalidInternetGatewayID.NotFound"), "{error}");
    }

    #[test]
    fn a_route_without_its_gateway_is_a_blackhole() {
        let mut network = network();
        network.route("CreateRoute", "0.0.0.0/0").expect("a route");
        let subnet = network.cloud.subnet(&network.vpc, "10.0.1.0/24");
        assert!(!reaches_internet(network.cloud.state(), &subnet));
        let associate = [("RouteTableId", network.table.as_str()), ("SubnetId", &subnet)];
        network.cloud.done("AssociateRouteTable", &associate);
        assert!(reaches_internet(network.cloud.state(), &subnet));
        let detach = [("InternetGatewayId", network.gateway.as_str()), ("VpcId", &network.vpc)];
        network.cloud.done("DetachInternetGateway", &detach);
        assert!(!reaches_internet(network.cloud.state(), &subnet));
        let filter = [("Filter.1.Name", "route.state"), ("Filter.1.Value.1", "blackhole")];
        assert_eq!(network.cloud.list("DescribeRouteTables", "routeTableSet", &filter).len(), 1);
    }
}
