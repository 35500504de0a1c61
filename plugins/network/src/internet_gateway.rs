//! The kind `network.internet_gateway`. Its attachment to a VPC is an attribute.

use deploy_aws::ec2::types::{self, AttachmentStatus, ResourceType};
use deploy_aws::ec2_obstacles::explain;
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::network::{InternetGateway, InternetGatewayOutputs};
use deploy_plugin::model::{Address, Fault, FieldChange, Input};
use deploy_plugin::{Context, Found, Kind, Made, Scope};

use crate::obstacles::public_interfaces;

/// Finds, makes, attaches, detaches and deletes internet gateways.
pub struct InternetGatewayKind {
    clients: Clients,
}

impl InternetGatewayKind {
    /// The kind, acting through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn attach(&self, id: &str, vpc: &str) -> Result<(), Fault> {
        let call = self.clients.ec2().writes.attach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
        call.send().await.map_err(fault("AttachInternetGateway"))?;
        Ok(())
    }

    /// Refused with `DependencyViolation` while an address that is mapped through the gateway is in use.
    async fn detach(&self, id: &str, vpc: &str) -> Result<(), Fault> {
        let call = self.clients.ec2().writes.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
        let detached = absent(call.send().await.map_err(fault("DetachInternetGateway")));
        match explain(detached, public_interfaces(&self.clients.ec2().reads, vpc)).await {
            Err(fault) if !fault.has_code("Gateway.NotAttached") => Err(fault),
            _ => Ok(()),
        }
    }
}

/// The VPC that a gateway is attached to.
fn vpc(gateway: &InternetGateway) -> Result<Option<&String>, Fault> {
    gateway.vpc_id.as_ref().map(Input::known).transpose()
}

fn found((address, tags): (Address, Tags), gateway: types::InternetGateway) -> Found<InternetGateway> {
    let leaving =
        |status: &AttachmentStatus| matches!(status, AttachmentStatus::Detaching | AttachmentStatus::Detached);
    let attachments = gateway.attachments.unwrap_or_default();
    let attached = attachments.into_iter().find(|attachment| !attachment.state.as_ref().is_some_and(leaving));
    let vpc_id = attached.and_then(|attachment| attachment.vpc_id).map(Input::Value);
    let id = gateway.internet_gateway_id.unwrap_or_default();
    let outputs = InternetGatewayOutputs { id: id.clone() };
    Found { address, id, inputs: InternetGateway { vpc_id, tags }, outputs }
}

impl Kind for InternetGatewayKind {
    type Inputs = InternetGateway;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<InternetGateway>>, Fault> {
        let call =
            self.clients.ec2().reads.describe_internet_gateways().set_filters(Some(ec2_tags::filters(&scope.owner)));
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeInternetGateways"))?;
        let owned =
            |gateway: types::InternetGateway| Some(found(ec2_tags::owned(&scope.owner, gateway.tags())?, gateway));
        Ok(listing.into_iter().filter_map(owned).collect())
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: InternetGateway,
    ) -> Result<Made<InternetGatewayOutputs>, Fault> {
        let tags = ec2_tags::specification(ResourceType::InternetGateway, cx.owner(), address, &inputs.tags);
        let call = self.clients.ec2().writes.create_internet_gateway().tag_specifications(tags);
        let reply = call.send().await.map_err(fault("CreateInternetGateway"))?;
        let id = reply.internet_gateway.and_then(|gateway| gateway.internet_gateway_id);
        let id = id.ok_or_else(|| Fault::internal("CreateInternetGateway returned no id"))?;
        Ok(Made { outputs: InternetGatewayOutputs { id: id.clone() }, id })
    }

    async fn complete(
        &self,
        _cx: &Context,
        made: Found<InternetGateway>,
    ) -> Result<Made<InternetGatewayOutputs>, Fault> {
        if let Some(vpc) = vpc(&made.inputs)? {
            self.attach(&made.id, vpc).await?;
        }
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<InternetGateway>,
        inputs: InternetGateway,
        _changes: &[FieldChange],
    ) -> Result<Made<InternetGatewayOutputs>, Fault> {
        ec2_tags::change(&self.clients.ec2().writes, &live.id, &live.inputs.tags, &inputs.tags).await?;
        let (before, after) = (vpc(&live.inputs)?, vpc(&inputs)?);
        if before != after {
            if let Some(vpc) = before {
                self.detach(&live.id, vpc).await?;
            }
            if let Some(vpc) = after {
                self.attach(&live.id, vpc).await?;
            }
        }
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, _cx: &Context, live: Found<InternetGateway>, to: &Address) -> Result<(), Fault> {
        ec2_tags::readdress(&self.clients.ec2().writes, &live.id, to).await
    }

    async fn delete(&self, _cx: &Context, live: Found<InternetGateway>) -> Result<(), Fault> {
        if let Some(vpc) = vpc(&live.inputs)? {
            self.detach(&live.id, vpc).await?;
        }
        let call = self.clients.ec2().writes.delete_internet_gateway().internet_gateway_id(live.id);
        absent(call.send().await.map_err(fault("DeleteInternetGateway"))).map(drop)
    }
}
