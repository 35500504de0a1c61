//! The tables themselves.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>

use super::association::Association;
use super::route::{Origin, Route, Target};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::client_token::ClientToken;
use crate::ec2::describe::{Listed, View};
use crate::ec2::kind::{Kind, find};
use crate::ec2::tag;
use crate::error::ApiError;
use crate::world::Ids;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One route table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ec2) struct RouteTable {
    pub(in crate::ec2) id: String,
    pub(in crate::ec2) vpc_id: String,
    pub(super) routes: Vec<Route>,
    pub(in crate::ec2) associations: Vec<Association>,
}

impl RouteTable {
    /// Whether the subnets of the VPC that have no table of their own use this one.
    pub(in crate::ec2) fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.subnet_id.is_none())
    }

    fn new(id: &str, vpc_id: &str, cidr_block: Ipv4Net) -> RouteTable {
        // Every table has a local route, for traffic within the VPC.
        let local = Route { destination: cidr_block, target: Target::Local, origin: Origin::CreateRouteTable };
        RouteTable { id: id.to_owned(), vpc_id: vpc_id.to_owned(), routes: vec![local], associations: Vec::new() }
    }
}

/// Makes the main route table of a new VPC.
pub(in crate::ec2) fn create_main(state: &mut State, ids: &mut Ids, vpc_id: &str, cidr_block: Ipv4Net) {
    let id = ids.resource(Kind::RouteTable.prefix());
    let mut table = RouteTable::new(&id, vpc_id, cidr_block);
    table.associations.push(Association { id: ids.resource("rtbassoc"), subnet_id: None });
    state.route_tables.insert(id, table);
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let vpc_id = params.required("VpcId")?;
    let tags = tag::read_specification(params, Kind::RouteTable)?;
    let client_token = ClientToken::read(params)?;
    let token = client_token.token.clone();
    let state = &mut call.account.region(&call.region).ec2;
    let cidr_block = find(&state.vpcs, Kind::Vpc, &vpc_id)?.cidr_block;
    let id = match client_token.earlier(state)? {
        Some(id) => id,
        None => {
            let id = call.ids.resource(Kind::RouteTable.prefix());
            state.route_tables.insert(id.clone(), RouteTable::new(&id, &vpc_id, cidr_block));
            tag::attach(state, &id, tags);
            client_token.remember(state, &id);
            id
        }
    };
    let view = View::of(call);
    let table = find(&view.state.route_tables, Kind::RouteTable, &id)?;
    Ok(Element::reply().child(table.element(&view).named("routeTable")).optional("clientToken", token))
}

/// Associations must go before the table does; the main table always has one.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html>
pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("RouteTableId")?;
    let state = &mut call.region().ec2;
    if !find(&state.route_tables, Kind::RouteTable, &id)?.associations.is_empty() {
        return Err(Kind::RouteTable.in_use(&id));
    }
    state.route_tables.remove(&id);
    state.tags.remove(&id);
    Ok(Element::done())
}

impl Listed for RouteTable {
    const KIND: Kind = Kind::RouteTable;
    const ID_PARAMETER: &'static str = "RouteTableId";
    const SET: &'static str = "routeTableSet";
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
    const MAX_RESULTS: usize = 100;
    const FILTERS: &'static [&'static str] = &[
        "association.gateway-id",
        "association.main",
        "association.route-table-association-id",
        "association.route-table-id",
        "association.subnet-id",
        "owner-id",
        "route-table-id",
        "route.destination-cidr-block",
        "route.destination-ipv6-cidr-block",
        "route.destination-prefix-list-id",
        "route.egress-only-internet-gateway-id",
        "route.gateway-id",
        "route.instance-id",
        "route.nat-gateway-id",
        "route.origin",
        "route.state",
        "route.transit-gateway-id",
        "route.vpc-peering-connection-id",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.route_tables
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        let associations = self.associations.iter();
        let routes = self.routes.iter();
        match filter {
            "association.main" => associations.map(|association| association.subnet_id.is_none().to_string()).collect(),
            "association.route-table-association-id" => {
                associations.map(|association| association.id.clone()).collect()
            }
            "association.route-table-id" => associations.map(|_| self.id.clone()).collect(),
            "association.subnet-id" => associations.filter_map(|association| association.subnet_id.clone()).collect(),
            "owner-id" => vec![view.account_id.to_owned()],
            "route-table-id" => vec![self.id.clone()],
            "route.destination-cidr-block" => routes.map(|route| route.destination.to_string()).collect(),
            "route.gateway-id" => routes.map(|route| route.target.gateway_id().to_owned()).collect(),
            "route.origin" => routes.map(|route| route.origin.text().to_owned()).collect(),
            "route.state" => routes.map(|route| route.state(view.state, &self.vpc_id).to_owned()).collect(),
            "vpc-id" => vec![self.vpc_id.clone()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        let routes = self.routes.iter().map(|route| route.element(view.state, &self.vpc_id));
        Element::new("item")
            .field("routeTableId", &self.id)
            .field("vpcId", &self.vpc_id)
            .field("ownerId", view.account_id)
            .set("routeSet", routes)
            .set("associationSet", self.associations.iter().map(|association| association.element(&self.id)))
            .set("propagatingVgwSet", [])
            .set("tagSet", view.tags(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn a_client_token_makes_one_table() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let params = [("VpcId", vpc.as_str()), ("ClientToken", "attempt-1")];
        let id = |reply: &crate::codec::xml::Element| {
            reply.get("routeTable").expect("a table").text_of("routeTableId").to_owned()
        };
        let first = cloud.done("CreateRouteTable", &params);
        let second = cloud.done("CreateRouteTable", &params);
        assert_eq!(id(&first), id(&second));
        assert_eq!(second.text_of("clientToken"), "attempt-1");
        let other = cloud.vpc("10.1.0.0/16");
        let mismatch = [("VpcId", other.as_str()), ("ClientToken", "attempt-1")];
        assert_eq!(cloud.code("CreateRouteTable", &mismatch), "IdempotentParameterMismatch");
        let long = "x".repeat(65);
        let too_long = [("VpcId", vpc.as_str()), ("ClientToken", &long)];
        assert_eq!(cloud.code("CreateRouteTable", &too_long), "InvalidParameterValue");
    }

    #[test]
    fn a_table_in_use_stays() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let main = cloud.list("DescribeRouteTables", "routeTableSet", &[])[0].text_of("routeTableId").to_owned();
        assert_eq!(cloud.code("DeleteRouteTable", &[("RouteTableId", &main)]), "DependencyViolation");
        let (table, subnet) = (cloud.route_table(&vpc), cloud.subnet(&vpc, "10.0.1.0/24"));
        cloud.done("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)]);
        let error = cloud.fail("DeleteRouteTable", &[("RouteTableId", &table)]);
        let message = format!("DependencyViolation: The routeTable '{table}' has dependencies and cannot be deleted.");
        assert_eq!(error.to_string(), message);
        cloud.done("DeleteSubnet", &[("SubnetId", &subnet)]);
        cloud.done("DeleteRouteTable", &[("RouteTableId", &table)]);
    }
}
