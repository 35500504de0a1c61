//! The kind `network.vpc`.

use std::collections::BTreeMap;

use deploy_aws::ec2::operation::describe_vpc_attribute::DescribeVpcAttributeOutput;
use deploy_aws::ec2::types::{self, AttributeBooleanValue, Filter, ResourceType, VpcAttributeName};
use deploy_aws::ec2_obstacles::explain;
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::network::{Vpc, VpcOutputs};
use deploy_plugin::model::{Address, Fault, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Purpose, Scope};
use futures::future::{try_join, try_join_all};

use crate::obstacles::contents;

/// Finds, makes, changes and deletes VPCs.
pub struct VpcKind {
    clients: Clients,
}

impl VpcKind {
    /// The kind, acting through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    /// The value of one attribute: they are not part of the listing, and a call answers for one only.
    async fn attribute(&self, id: &str, name: VpcAttributeName) -> Result<Option<bool>, Fault> {
        let value = |reply: DescribeVpcAttributeOutput| match reply.enable_dns_support.or(reply.enable_dns_hostnames) {
            Some(attribute) => attribute.value.unwrap_or_default(),
            None => false,
        };
        let call = self.clients.ec2().reads.describe_vpc_attribute().vpc_id(id).attribute(name);
        Ok(absent(call.send().await.map_err(fault("DescribeVpcAttribute")))?.map(value))
    }

    /// Both attributes, as `(support, hostnames)`; `None` where the VPC has gone since it was listed.
    async fn attributes(&self, id: &str) -> Result<Option<(bool, bool)>, Fault> {
        let support = self.attribute(id, VpcAttributeName::EnableDnsSupport);
        let hostnames = self.attribute(id, VpcAttributeName::EnableDnsHostnames);
        let (support, hostnames) = try_join(support, hostnames).await?;
        Ok(support.zip(hostnames))
    }

    async fn found(
        &self,
        (address, tags): (Address, Tags),
        vpc: types::Vpc,
        purpose: Purpose,
    ) -> Result<Option<Found<Vpc>>, Fault> {
        let id = vpc.vpc_id.unwrap_or_default();
        let (enable_dns_support, enable_dns_hostnames) = match purpose {
            Purpose::Delete => NEW,
            Purpose::Compare => match self.attributes(&id).await? {
                Some(attributes) => attributes,
                None => return Ok(None),
            },
        };
        let cidr_block = vpc.cidr_block.unwrap_or_default();
        let inputs = Vpc { cidr_block, enable_dns_support, enable_dns_hostnames, tags };
        Ok(Some(Found { address, outputs: VpcOutputs { id: id.clone() }, id, inputs }))
    }

    /// Brings the attributes from `live` to `desired`, each as `(support, hostnames)`.
    ///
    /// A call changes one attribute only, and host names need support: it goes on first and off last.
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html>
    async fn set_attributes(&self, id: &str, live: (bool, bool), desired: (bool, bool)) -> Result<(), Fault> {
        if desired.0 && !live.0 {
            self.set_support(id, true).await?;
        }
        if desired.1 != live.1 {
            let value = AttributeBooleanValue::builder().value(desired.1).build();
            let call = self.clients.ec2().writes.modify_vpc_attribute().vpc_id(id).enable_dns_hostnames(value);
            call.send().await.map_err(fault("ModifyVpcAttribute"))?;
        }
        if live.0 && !desired.0 {
            self.set_support(id, false).await?;
        }
        Ok(())
    }

    async fn set_support(&self, id: &str, enable: bool) -> Result<(), Fault> {
        let value = AttributeBooleanValue::builder().value(enable).build();
        let call = self.clients.ec2().writes.modify_vpc_attribute().vpc_id(id).enable_dns_support(value);
        call.send().await.map_err(fault("ModifyVpcAttribute"))?;
        Ok(())
    }
}

/// What a new VPC is: DNS without public names.
const NEW: (bool, bool) = (true, false);

fn attributes(vpc: &Vpc) -> (bool, bool) {
    (vpc.enable_dns_support, vpc.enable_dns_hostnames)
}

impl Kind for VpcKind {
    type Inputs = Vpc;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Vpc>>, Fault> {
        let call = self.clients.ec2().reads.describe_vpcs().set_filters(Some(ec2_tags::filters(&scope.owner)));
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeVpcs"))?;
        let owned = listing.into_iter().filter_map(|vpc| Some((ec2_tags::owned(&scope.owner, vpc.tags())?, vpc)));
        let found = try_join_all(owned.map(|(owned, vpc)| self.found(owned, vpc, scope.purpose))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn look_up(&self, _cx: &Context, ids: &[String]) -> Result<BTreeMap<String, VpcOutputs>, Fault> {
        let by_id = Filter::builder().name("vpc-id").set_values(Some(ids.to_vec())).build();
        let call = self.clients.ec2().reads.describe_vpcs().filters(by_id);
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeVpcs"))?;
        let ids = listing.into_iter().filter_map(|vpc| vpc.vpc_id);
        Ok(ids.map(|id| (id.clone(), VpcOutputs { id })).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Vpc) -> Result<Made<VpcOutputs>, Fault> {
        let tags = ec2_tags::specification(ResourceType::Vpc, cx.owner(), address, &inputs.tags);
        let call = self.clients.ec2().writes.create_vpc().cidr_block(&inputs.cidr_block).tag_specifications(tags);
        let reply = call.send().await.map_err(fault("CreateVpc"))?;
        let id = reply.vpc.and_then(|vpc| vpc.vpc_id).ok_or_else(|| Fault::internal("CreateVpc returned no id"))?;
        Ok(Made { outputs: VpcOutputs { id: id.clone() }, id })
    }

    async fn complete(&self, _cx: &Context, made: Found<Vpc>) -> Result<Made<VpcOutputs>, Fault> {
        self.set_attributes(&made.id, NEW, attributes(&made.inputs)).await?;
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Vpc>,
        inputs: Vpc,
        _changes: &[FieldChange],
    ) -> Result<Made<VpcOutputs>, Fault> {
        self.set_attributes(&live.id, attributes(&live.inputs), attributes(&inputs)).await?;
        ec2_tags::change(&self.clients.ec2().writes, &live.id, &live.inputs.tags, &inputs.tags).await?;
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, _cx: &Context, live: Found<Vpc>, to: &Address) -> Result<(), Fault> {
        ec2_tags::readdress(&self.clients.ec2().writes, &live.id, to).await
    }

    async fn delete(&self, _cx: &Context, live: Found<Vpc>) -> Result<(), Fault> {
        let call = self.clients.ec2().writes.delete_vpc().vpc_id(&live.id);
        let deleted = absent(call.send().await.map_err(fault("DeleteVpc")));
        explain(deleted, contents(&self.clients.ec2().reads, &live.id)).await.map(drop)
    }
}
