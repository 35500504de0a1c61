//! The calls that bring a table's routes and associations from what they are to what they shall be.
//!
//! Each can be repeated: a route that is there already is replaced, one that is gone is gone.

use std::collections::BTreeMap;

use deploy_aws::ec2::Client;
use deploy_aws::ec2::types::Filter;
use deploy_aws::{Service, absent, fault};
use deploy_plugin::model::Fault;
use futures::future::join_all;

use crate::route::Target;

/// The ids of a table's associations, by subnet.
pub type Associations = BTreeMap<String, String>;

/// One route table.
#[derive(Clone, Copy)]
pub struct Routing<'a> {
    /// The service.
    pub ec2: &'a Service<Client>,
    /// The table's id.
    pub table: &'a str,
}

/// Puts destination and target into a call. The builders of `CreateRoute` and `ReplaceRoute` have the
/// same setters and no trait in common.
macro_rules! lead {
    ($call:expr, $destination:expr, $target:expr) => {{
        let call = if $destination.starts_with("pl-") {
            $call.destination_prefix_list_id($destination)
        } else if $destination.contains(':') {
            $call.destination_ipv6_cidr_block($destination)
        } else {
            $call.destination_cidr_block($destination)
        };
        match Target::of($target).unwrap_or(Target::Gateway) {
            Target::Gateway => call.gateway_id($target),
            Target::NatGateway => call.nat_gateway_id($target),
            Target::EgressOnlyGateway => call.egress_only_internet_gateway_id($target),
            Target::TransitGateway => call.transit_gateway_id($target),
            Target::PeeringConnection => call.vpc_peering_connection_id($target),
            Target::NetworkInterface => call.network_interface_id($target),
            Target::Endpoint => call.vpc_endpoint_id($target),
        }
    }};
}

impl Routing<'_> {
    /// Makes, replaces and deletes routes, each given as destination and target.
    pub async fn route(&self, live: &BTreeMap<&str, &str>, desired: &BTreeMap<&str, &str>) -> Result<(), Fault> {
        let differs = |(destination, target): &(&&str, &&str)| live.get(**destination) != Some(*target);
        let put = desired.iter().filter(differs).map(|(destination, target)| async {
            if live.contains_key(destination) {
                self.replace(destination, target).await
            } else {
                self.create(destination, target).await
            }
        });
        all(put).await?;
        let gone = live.keys().filter(|destination| !desired.contains_key(*destination));
        all(gone.map(|destination| self.delete(destination))).await.map(drop)
    }

    async fn create(&self, destination: &str, target: &str) -> Result<(), Fault> {
        let call = lead!(self.ec2.writes.create_route().route_table_id(self.table), destination, target);
        match call.send().await.map_err(fault("CreateRoute")) {
            Err(fault) if fault.has_code("RouteAlreadyExists") => self.replace(destination, target).await,
            other => other.map(drop),
        }
    }

    async fn replace(&self, destination: &str, target: &str) -> Result<(), Fault> {
        let call = lead!(self.ec2.writes.replace_route().route_table_id(self.table), destination, target);
        call.send().await.map_err(fault("ReplaceRoute")).map(drop)
    }

    async fn delete(&self, destination: &str) -> Result<(), Fault> {
        let call = self.ec2.writes.delete_route().route_table_id(self.table);
        let call = if destination.starts_with("pl-") {
            call.destination_prefix_list_id(destination)
        } else if destination.contains(':') {
            call.destination_ipv6_cidr_block(destination)
        } else {
            call.destination_cidr_block(destination)
        };
        absent(call.send().await.map_err(fault("DeleteRoute"))).map(drop)
    }

    /// Associates and disassociates subnets. Gives back the associations that stand afterwards.
    pub async fn associate(&self, live: &Associations, desired: &[&str]) -> Result<Associations, Fault> {
        let gone = live.iter().filter(|(subnet, _)| !desired.contains(&subnet.as_str()));
        all(gone.map(|(_, association)| self.disassociate(association))).await?;
        let stands = desired.iter().map(|subnet| async {
            let association = match live.get(*subnet) {
                Some(association) => association.clone(),
                None => self.associate_one(subnet).await?,
            };
            Ok(((*subnet).to_owned(), association))
        });
        Ok(all(stands).await?.into_iter().collect())
    }

    async fn associate_one(&self, subnet: &str) -> Result<String, Fault> {
        let call = self.ec2.writes.associate_route_table().route_table_id(self.table).subnet_id(subnet);
        match call.send().await.map_err(fault("AssociateRouteTable")) {
            Err(fault) if fault.has_code("Resource.AlreadyAssociated") => self.take_over(subnet, fault).await,
            other => other?.association_id.ok_or_else(|| Fault::internal("AssociateRouteTable returned no id")),
        }
    }

    /// Moves a subnet here from the table that it is associated with. `refusal` is what stands if it is
    /// associated with none any more.
    async fn take_over(&self, subnet: &str, refusal: Fault) -> Result<String, Fault> {
        let filter = Filter::builder().name("association.subnet-id").values(subnet).build();
        let reply = self.ec2.reads.describe_route_tables().filters(filter).send().await;
        let tables = reply.map_err(fault("DescribeRouteTables"))?.route_tables.unwrap_or_default();
        let associations = tables.into_iter().flat_map(|table| table.associations.unwrap_or_default());
        let Some(current) = associations.into_iter().find(|other| other.subnet_id.as_deref() == Some(subnet)) else {
            return Err(refusal.later());
        };
        let id = current.route_table_association_id.unwrap_or_default();
        if current.route_table_id.as_deref() == Some(self.table) {
            return Ok(id);
        }
        let call = self.ec2.writes.replace_route_table_association().association_id(id).route_table_id(self.table);
        let reply = call.send().await.map_err(fault("ReplaceRouteTableAssociation"))?;
        reply.new_association_id.ok_or_else(|| Fault::internal("ReplaceRouteTableAssociation returned no id"))
    }

    async fn disassociate(&self, association: &str) -> Result<(), Fault> {
        let call = self.ec2.writes.disassociate_route_table().association_id(association);
        absent(call.send().await.map_err(fault("DisassociateRouteTable"))).map(drop)
    }
}

/// Makes the calls side by side and waits for every one, so that none is cut off by another's failure.
async fn all<T>(calls: impl Iterator<Item = impl Future<Output = Result<T, Fault>>>) -> Result<Vec<T>, Fault> {
    join_all(calls).await.into_iter().collect()
}
