//! The kind `network.subnet`.

use std::collections::BTreeMap;

use deploy_aws::ec2::types::{self, AttributeBooleanValue, Filter, ResourceType};
use deploy_aws::ec2_obstacles::{explain, filter};
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::network::{Subnet, SubnetOutputs};
use deploy_plugin::model::{Address, Fault, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Scope};

use crate::obstacles::interfaces;

/// Finds, makes, changes and deletes subnets.
pub struct SubnetKind {
    clients: Clients,
}

impl SubnetKind {
    /// The kind, acting through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn map_public_ip(&self, id: &str, enable: bool) -> Result<(), Fault> {
        let value = AttributeBooleanValue::builder().value(enable).build();
        let call = self.clients.ec2().writes.modify_subnet_attribute().subnet_id(id).map_public_ip_on_launch(value);
        call.send().await.map_err(fault("ModifySubnetAttribute"))?;
        Ok(())
    }
}

fn outputs(subnet: &types::Subnet) -> SubnetOutputs {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    SubnetOutputs { id: text(subnet.subnet_id()), vpc_id: text(subnet.vpc_id()) }
}

fn found((address, tags): (Address, Tags), subnet: types::Subnet) -> Found<Subnet> {
    let outputs = outputs(&subnet);
    let inputs = Subnet {
        vpc_id: outputs.vpc_id.clone().into(),
        cidr_block: subnet.cidr_block.unwrap_or_default(),
        availability_zone: subnet.availability_zone.unwrap_or_default().into(),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch.unwrap_or_default(),
        tags,
    };
    Found { address, id: outputs.id.clone(), inputs, outputs }
}

impl Kind for SubnetKind {
    type Inputs = Subnet;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Subnet>>, Fault> {
        let call = self.clients.ec2().reads.describe_subnets().set_filters(Some(ec2_tags::filters(&scope.owner)));
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeSubnets"))?;
        let owned = |subnet: types::Subnet| Some(found(ec2_tags::owned(&scope.owner, subnet.tags())?, subnet));
        Ok(listing.into_iter().filter_map(owned).collect())
    }

    async fn look_up(&self, _cx: &Context, ids: &[String]) -> Result<BTreeMap<String, SubnetOutputs>, Fault> {
        let by_id = Filter::builder().name("subnet-id").set_values(Some(ids.to_vec())).build();
        let call = self.clients.ec2().reads.describe_subnets().filters(by_id);
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeSubnets"))?;
        Ok(listing.iter().map(outputs).map(|outputs| (outputs.id.clone(), outputs)).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Subnet) -> Result<Made<SubnetOutputs>, Fault> {
        let tags = ec2_tags::specification(ResourceType::Subnet, cx.owner(), address, &inputs.tags);
        let call = self.clients.ec2().writes.create_subnet().vpc_id(inputs.vpc_id.known()?);
        let call = call.cidr_block(inputs.cidr_block).availability_zone(inputs.availability_zone.known()?);
        let reply = call.tag_specifications(tags).send().await.map_err(fault("CreateSubnet"))?;
        let outputs = reply.subnet.as_ref().filter(|subnet| subnet.subnet_id.is_some()).map(outputs);
        let outputs = outputs.ok_or_else(|| Fault::internal("CreateSubnet returned no id"))?;
        Ok(Made { id: outputs.id.clone(), outputs })
    }

    async fn complete(&self, _cx: &Context, made: Found<Subnet>) -> Result<Made<SubnetOutputs>, Fault> {
        if made.inputs.map_public_ip_on_launch {
            self.map_public_ip(&made.id, true).await?;
        }
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Subnet>,
        inputs: Subnet,
        _changes: &[FieldChange],
    ) -> Result<Made<SubnetOutputs>, Fault> {
        if live.inputs.map_public_ip_on_launch != inputs.map_public_ip_on_launch {
            self.map_public_ip(&live.id, inputs.map_public_ip_on_launch).await?;
        }
        ec2_tags::change(&self.clients.ec2().writes, &live.id, &live.inputs.tags, &inputs.tags).await?;
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, _cx: &Context, live: Found<Subnet>, to: &Address) -> Result<(), Fault> {
        ec2_tags::readdress(&self.clients.ec2().writes, &live.id, to).await
    }

    /// Refused with `DependencyViolation` while a network interface is left in it.
    async fn delete(&self, _cx: &Context, live: Found<Subnet>) -> Result<(), Fault> {
        let call = self.clients.ec2().writes.delete_subnet().subnet_id(&live.id);
        let deleted = absent(call.send().await.map_err(fault("DeleteSubnet")));
        explain(deleted, interfaces(&self.clients.ec2().reads, filter("subnet-id", &live.id))).await.map(drop)
    }
}
