//! The kind `network.internet_gateway`. Its attachment to a VPC is an attribute.

use deploy_aws::ec2::types::{AttachmentStatus, ResourceType};
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::{Clients, absent, fault};
use deploy_plugin::model::{Address, Fault, FieldChange, Input};
use deploy_plugin::{Context, Found, Kind, Made, Resource, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InternetGateway {
    /// The VPC that it is attached to. One that is found without any is attached again; it does not
    /// change over, for a VPC has only one and the old VPC's must go before the new VPC's comes.
    #[schemars(extend("x-refers" = "network.vpc", "x-holds" = true, "x-set-once" = true))]
    pub vpc_id: Option<Input<String>>,
    /// The user's tags.
    #[serde(default)]
    pub tags: Tags,
}

/// What an internet gateway tells others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InternetGatewayOutputs {
    /// Its id, `igw-…`.
    pub id: String,
}

impl Resource for InternetGateway {
    const KIND: &'static str = "network.internet_gateway";
    type Outputs = InternetGatewayOutputs;
}

impl InternetGateway {
    fn vpc(&self) -> Result<Option<&String>, Fault> {
        self.vpc_id.as_ref().map(Input::known).transpose()
    }
}

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
        match absent(call.send().await.map_err(fault("DetachInternetGateway"))) {
            Err(fault) if !fault.has_code("Gateway.NotAttached") => Err(fault),
            _ => Ok(()),
        }
    }
}

fn found((address, tags): (Address, Tags), gateway: deploy_aws::ec2::types::InternetGateway) -> Found<InternetGateway> {
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
        let owned = |gateway: deploy_aws::ec2::types::InternetGateway| {
            Some(found(ec2_tags::owned(&scope.owner, gateway.tags())?, gateway))
        };
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
        if let Some(vpc) = made.inputs.vpc()? {
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
        let (before, after) = (live.inputs.vpc()?, inputs.vpc()?);
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
        if let Some(vpc) = live.inputs.vpc()? {
            self.detach(&live.id, vpc).await?;
        }
        let call = self.clients.ec2().writes.delete_internet_gateway().internet_gateway_id(live.id);
        absent(call.send().await.map_err(fault("DeleteInternetGateway"))).map(drop)
    }
}
