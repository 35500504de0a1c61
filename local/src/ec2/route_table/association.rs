//! Associations: which subnets use a table, and which table is the main one of its VPC.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html>

use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::ec2::State;
use crate::ec2::kind::{Kind, find, find_mut};
use crate::error::ApiError;
use serde::{Deserialize, Serialize};

/// One association of a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::ec2) struct Association {
    pub(in crate::ec2) id: String,
    /// The subnet; `None` makes the table the main one.
    pub(in crate::ec2) subnet_id: Option<String>,
}

/// An association and the table that it belongs to.
struct Held {
    association: Association,
    table_id: String,
}

pub(super) fn associate(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (table_id, subnet_id) = (params.required("RouteTableId")?, params.required("SubnetId")?);
    let id = call.ids.resource("rtbassoc");
    let state = &mut call.region().ec2;
    check_network(state, &table_id, &subnet_id)?;
    let earlier = associations(state).find(|held| held.association.subnet_id.as_ref() == Some(&subnet_id));
    match earlier {
        // Asking for what is so already changes nothing.
        Some(held) if held.table_id == table_id => return Ok(reply("associationId", &held.association.id)),
        Some(_) => {
            let message =
                format!("the specified association for route table {table_id} conflicts with an existing association");
            return Err(ApiError::client("Resource.AlreadyAssociated", message));
        }
        None => {}
    }
    let table = find_mut(&mut state.route_tables, Kind::RouteTable, &table_id)?;
    table.associations.push(Association { id: id.clone(), subnet_id: Some(subnet_id) });
    Ok(reply("associationId", &id))
}

pub(super) fn disassociate(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("AssociationId")?;
    let state = &mut call.region().ec2;
    let held = find_association(state, &id)?;
    if held.association.subnet_id.is_none() {
        let message = format!("cannot disassociate the main route table association {id}");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    remove(state, &held);
    Ok(Element::done())
}

/// Moves an association to another table, under a new id. "You can also use this operation to change which table is the
/// main route table in the VPC."
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html>
pub(super) fn replace(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (id, table_id) = (params.required("AssociationId")?, params.required("RouteTableId")?);
    let new_id = call.ids.resource("rtbassoc");
    let state = &mut call.region().ec2;
    let held = find_association(state, &id)?;
    let table = find(&state.route_tables, Kind::RouteTable, &table_id)?;
    let former = find(&state.route_tables, Kind::RouteTable, &held.table_id)?;
    if table.vpc_id != former.vpc_id {
        let message = format!("Route table {table_id} and route table {} belong to different networks", held.table_id);
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    remove(state, &held);
    let table = find_mut(&mut state.route_tables, Kind::RouteTable, &table_id)?;
    table.associations.push(Association { id: new_id.clone(), subnet_id: held.association.subnet_id });
    Ok(reply("newAssociationId", &new_id))
}

fn reply(name: &str, id: &str) -> Element {
    Element::reply().field(name, id).child(Element::new("associationState").field("state", "associated"))
}

fn check_network(state: &State, table_id: &str, subnet_id: &str) -> Result<(), ApiError> {
    let table = find(&state.route_tables, Kind::RouteTable, table_id)?;
    let subnet = find(&state.subnets, Kind::Subnet, subnet_id)?;
    if table.vpc_id == subnet.vpc_id {
        return Ok(());
    }
    let message = format!("Route table {table_id} and subnet {subnet_id} belong to different networks");
    Err(ApiError::client("InvalidParameterValue", message))
}

fn associations(state: &State) -> impl Iterator<Item = Held> {
    state.route_tables.values().flat_map(|table| {
        let held = |association: &Association| Held { association: association.clone(), table_id: table.id.clone() };
        table.associations.iter().map(held)
    })
}

fn find_association(state: &State, id: &str) -> Result<Held, ApiError> {
    associations(state).find(|held| held.association.id == id).ok_or_else(|| {
        ApiError::client("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"))
    })
}

fn remove(state: &mut State, held: &Held) {
    if let Some(table) = state.route_tables.get_mut(&held.table_id) {
        table.associations.retain(|association| association.id != held.association.id);
    }
}

impl Association {
    pub(super) fn element(&self, table_id: &str) -> Element {
        Element::new("item")
            .field("routeTableAssociationId", &self.id)
            .field("routeTableId", table_id)
            .optional("subnetId", self.subnet_id.as_ref())
            .field("main", self.subnet_id.is_none())
            .child(Element::new("associationState").field("state", "associated"))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn a_subnet_has_one_table() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let (subnet, table, other) =
            (cloud.subnet(&vpc, "10.0.1.0/24"), cloud.route_table(&vpc), cloud.route_table(&vpc));
        let params = [("RouteTableId", table.as_str()), ("SubnetId", &subnet)];
        let first = cloud.done("AssociateRouteTable", &params).text_of("associationId").to_owned();
        assert_eq!(cloud.done("AssociateRouteTable", &params).text_of("associationId"), first);
        let conflict = cloud.fail("AssociateRouteTable", &[("RouteTableId", &other), ("SubnetId", &subnet)]);
        assert_eq!(conflict.code, "Resource.AlreadyAssociated");
        let moved = [("AssociationId", first.as_str()), ("RouteTableId", &other)];
        let second = cloud.done("ReplaceRouteTableAssociation", &moved).text_of("newAssociationId").to_owned();
        assert_eq!(cloud.code("DisassociateRouteTable", &[("AssociationId", &first)]), "InvalidAssociationID.NotFound");
        cloud.done("DisassociateRouteTable", &[("AssociationId", &second)]);
    }

    #[test]
    fn networks_do_not_mix() {
        let mut cloud = Cloud::new();
        let (vpc, other) = (cloud.vpc("10.0.0.0/16"), cloud.vpc("10.1.0.0/16"));
        let (subnet, table) = (cloud.subnet(&vpc, "10.0.1.0/24"), cloud.route_table(&other));
        let params = [("RouteTableId", table.as_str()), ("SubnetId", &subnet)];
        assert_eq!(cloud.code("AssociateRouteTable", &params), "InvalidParameterValue");
    }

    #[test]
    fn the_main_association_moves_but_does_not_go() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let main = [("Filter.1.Name", "association.main"), ("Filter.1.Value.1", "true")];
        let before = cloud.list("DescribeRouteTables", "routeTableSet", &main)[0].clone();
        let association = before.get("associationSet").expect("associations").children[0].clone();
        let id = association.text_of("routeTableAssociationId");
        assert_eq!(cloud.code("DisassociateRouteTable", &[("AssociationId", id)]), "InvalidParameterValue");
        let table = cloud.route_table(&vpc);
        cloud.done("ReplaceRouteTableAssociation", &[("AssociationId", id), ("RouteTableId", &table)]);
        let after = cloud.list("DescribeRouteTables", "routeTableSet", &main);
        assert_eq!(after[0].text_of("routeTableId"), table);
        cloud.done("DeleteRouteTable", &[("RouteTableId", before.text_of("routeTableId"))]);
    }
}
