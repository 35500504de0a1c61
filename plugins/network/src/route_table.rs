//! The kind `network.route_table`. Its routes and its associations with subnets are attributes.

use std::collections::BTreeMap;

use deploy_aws::ec2::types::{self, ResourceType, RouteTableAssociation, RouteTableAssociationStateCode};
use deploy_aws::ec2_obstacles::explain;
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::network::{RouteTable, RouteTableOutputs};
use deploy_plugin::model::{Address, Fault, FieldChange, Input};
use deploy_plugin::{Context, Found, Kind, Made, Scope};
use futures::future::join;

use crate::obstacles::associations;
use crate::route::chosen;
use crate::routing::{Associations, Routing};

/// Finds, makes, changes and deletes route tables.
pub struct RouteTableKind {
    clients: Clients,
}

impl RouteTableKind {
    /// The kind, acting through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    fn routing<'a>(&'a self, table: &'a str) -> Routing<'a> {
        Routing { ec2: self.clients.ec2(), table }
    }
}

fn found((address, tags): (Address, Tags), table: types::RouteTable) -> Found<RouteTable> {
    let id = table.route_table_id.unwrap_or_default();
    let associations: Associations =
        table.associations.unwrap_or_default().into_iter().filter_map(of_a_subnet).collect();
    let routes = table.routes.unwrap_or_default().into_iter().filter_map(chosen);
    let inputs = RouteTable {
        vpc_id: table.vpc_id.unwrap_or_default().into(),
        routes: routes.map(|(destination, target)| (destination, Input::Value(target))).collect(),
        subnet_ids: associations.keys().cloned().map(Input::Value).collect(),
        tags,
    };
    Found { address, outputs: RouteTableOutputs { id: id.clone(), associations }, id, inputs }
}

/// The subnet and the id of an association, unless it is with something else or on its way out.
fn of_a_subnet(association: RouteTableAssociation) -> Option<(String, String)> {
    use RouteTableAssociationStateCode::{Associated, Associating};
    let state = association.association_state.and_then(|state| state.state);
    let stands = state.is_none_or(|state| matches!(state, Associated | Associating));
    if stands { Some((association.subnet_id?, association.route_table_association_id?)) } else { None }
}

fn known_routes(table: &RouteTable) -> Result<BTreeMap<&str, &str>, Fault> {
    table.routes.iter().map(|(destination, target)| Ok((destination.as_str(), target.known()?.as_str()))).collect()
}

fn known_subnets(table: &RouteTable) -> Result<Vec<&str>, Fault> {
    table.subnet_ids.iter().map(|subnet| Ok(subnet.known()?.as_str())).collect()
}

impl Kind for RouteTableKind {
    type Inputs = RouteTable;

    const CREATES_ONCE: bool = true;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<RouteTable>>, Fault> {
        let call = self.clients.ec2().reads.describe_route_tables().set_filters(Some(ec2_tags::filters(&scope.owner)));
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeRouteTables"))?;
        let owned = |table: types::RouteTable| Some(found(ec2_tags::owned(&scope.owner, table.tags())?, table));
        Ok(listing.into_iter().filter_map(owned).collect())
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: RouteTable,
    ) -> Result<Made<RouteTableOutputs>, Fault> {
        let tags = ec2_tags::specification(ResourceType::RouteTable, cx.owner(), address, &inputs.tags);
        let call = self.clients.ec2().writes.create_route_table().vpc_id(inputs.vpc_id.known()?);
        let call = call.client_token(cx.operation()).tag_specifications(tags);
        let reply = call.send().await.map_err(fault("CreateRouteTable"))?;
        let id = reply.route_table.and_then(|table| table.route_table_id);
        let id = id.ok_or_else(|| Fault::internal("CreateRouteTable returned no id"))?;
        Ok(Made { outputs: RouteTableOutputs { id: id.clone(), associations: Associations::new() }, id })
    }

    async fn complete(&self, _cx: &Context, made: Found<RouteTable>) -> Result<Made<RouteTableOutputs>, Fault> {
        let (routes, subnets) = (known_routes(&made.inputs)?, known_subnets(&made.inputs)?);
        let routing = self.routing(&made.id);
        let (none, unassociated) = (BTreeMap::new(), Associations::new());
        let (routed, associated) =
            join(routing.route(&none, &routes), routing.associate(&unassociated, &subnets)).await;
        routed?;
        Ok(Made { outputs: RouteTableOutputs { associations: associated?, ..made.outputs }, id: made.id })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<RouteTable>,
        inputs: RouteTable,
        _changes: &[FieldChange],
    ) -> Result<Made<RouteTableOutputs>, Fault> {
        let routing = self.routing(&live.id);
        routing.route(&known_routes(&live.inputs)?, &known_routes(&inputs)?).await?;
        let associations = routing.associate(&live.outputs.associations, &known_subnets(&inputs)?).await?;
        ec2_tags::change(&self.clients.ec2().writes, &live.id, &live.inputs.tags, &inputs.tags).await?;
        Ok(Made { outputs: RouteTableOutputs { associations, ..live.outputs }, id: live.id })
    }

    async fn retire(&self, _cx: &Context, live: Found<RouteTable>, to: &Address) -> Result<(), Fault> {
        ec2_tags::readdress(&self.clients.ec2().writes, &live.id, to).await
    }

    /// A table with associations cannot be deleted.
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html>
    async fn delete(&self, _cx: &Context, live: Found<RouteTable>) -> Result<(), Fault> {
        self.routing(&live.id).associate(&live.outputs.associations, &[]).await?;
        let call = self.clients.ec2().writes.delete_route_table().route_table_id(&live.id);
        let deleted = absent(call.send().await.map_err(fault("DeleteRouteTable")));
        explain(deleted, associations(&self.clients.ec2().reads, &live.id)).await.map(drop)
    }
}
