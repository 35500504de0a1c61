//! The kind `security.group`. Its rules are attributes.

use std::collections::BTreeSet;

use deploy_aws::ec2::types::{ResourceType, SecurityGroup};
use deploy_aws::ec2_obstacles::{explain, filter, interface, interfaces};
use deploy_aws::ec2_tags::{self, Tags};
use deploy_aws::obstacles::named;
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::security::{Group, GroupOutputs, Peer, Permission, Protocol, Rule, Rules};
use deploy_plugin::model::{Address, Fault, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Scope};
use futures::future::join;
use futures::try_join;
use ipnet::{IpNet, Ipv4Net};

use crate::rule_calls::{Direction, RuleCalls};
use crate::rules::{Neighbours, of_listing};

/// Finds, makes, changes and deletes security groups.
pub struct GroupKind {
    clients: Clients,
}

impl GroupKind {
    /// The kind, acting through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    /// Brings the rules of both directions, each given as ingress and egress, from `live` to `desired`.
    async fn reconcile(&self, id: &str, live: (&Rules, &Rules), desired: (&Rules, &Rules)) -> Result<(), Fault> {
        let calls = |direction| RuleCalls { ec2: &self.clients.ec2().writes, group: id, direction };
        let (ingress, egress) = (calls(Direction::Ingress), calls(Direction::Egress));
        // Both are waited for, so that neither is cut off by the other's failure.
        let (ingress, egress) = join(ingress.reconcile(live.0, desired.0), egress.reconcile(live.1, desired.1)).await;
        ingress.and(egress)
    }

    /// The interfaces that have the group, and the groups whose rules name it.
    async fn users(&self, id: &str) -> Result<Vec<String>, Fault> {
        let ec2 = &self.clients.ec2().reads;
        let naming = async |direction: &str| {
            let call = ec2.describe_security_groups().filters(filter(direction, id));
            let groups = call.send().await.map_err(fault("DescribeSecurityGroups"))?.security_groups;
            Ok(groups.unwrap_or_default())
        };
        let (interfaces, inward, outward) = try_join!(
            interfaces(ec2, filter("group-id", id)),
            naming("ip-permission.group-id"),
            naming("egress.ip-permission.group-id")
        )?;
        let others = inward.iter().chain(&outward).filter(|group| group.group_id() != Some(id));
        let others: BTreeSet<String> = others
            .map(|group| {
                let name = group.group_name().unwrap_or_default();
                let rules = format!("{name}, whose rules name this group");
                named("security group", group.group_id().unwrap_or_default(), [rules])
            })
            .collect();
        Ok(interfaces.iter().map(interface).chain(others).collect())
    }
}

fn found((address, tags): (Address, Tags), group: &SecurityGroup, neighbours: &Neighbours) -> Found<Group> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let id = text(group.group_id());
    let inputs = Group {
        group_name: text(group.group_name()),
        description: text(group.description()),
        vpc_id: text(group.vpc_id()).into(),
        ingress: of_listing(group.ip_permissions(), &id, neighbours),
        egress: of_listing(group.ip_permissions_egress(), &id, neighbours),
        tags,
    };
    Found { address, outputs: GroupOutputs { id: id.clone() }, id, inputs }
}

/// What AWS lets out of a new group: everything.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html> and
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
fn egress_of_a_new_group() -> Rules {
    let everywhere = Peer::Range(IpNet::V4(Ipv4Net::default()));
    Rules::from([(Permission { protocol: Protocol::All, ports: None, peer: everywhere }, Rule::default())])
}

impl Kind for GroupKind {
    type Inputs = Group;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Group>>, Fault> {
        let call =
            self.clients.ec2().reads.describe_security_groups().set_filters(Some(ec2_tags::filters(&scope.owner)));
        let pages = call.into_paginator().items().send();
        let listing: Vec<_> = pages.try_collect().await.map_err(fault("DescribeSecurityGroups"))?;
        let owned = listing.iter().filter_map(|group| Some((ec2_tags::owned(&scope.owner, group.tags())?, group)));
        let owned: Vec<_> = owned.collect();
        // A retired group is a stranger: its name is its successor's.
        let current = owned.iter().filter(|((address, _), _)| !address.is_retired());
        let neighbours: Neighbours = current
            .filter_map(|((address, _), group)| Some((group.group_id.clone()?, address.name().to_owned())))
            .collect();
        Ok(owned.into_iter().map(|(owned, group)| found(owned, group, &neighbours)).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Group) -> Result<Made<GroupOutputs>, Fault> {
        let tags = ec2_tags::specification(ResourceType::SecurityGroup, cx.owner(), address, &inputs.tags);
        let call = self.clients.ec2().writes.create_security_group().vpc_id(inputs.vpc_id.known()?);
        let call = call.group_name(inputs.group_name).description(inputs.description).tag_specifications(tags);
        let reply = call.send().await.map_err(fault("CreateSecurityGroup"))?;
        let id = reply.group_id.ok_or_else(|| Fault::internal("CreateSecurityGroup returned no id"))?;
        Ok(Made { outputs: GroupOutputs { id: id.clone() }, id })
    }

    async fn complete(&self, _cx: &Context, made: Found<Group>) -> Result<Made<GroupOutputs>, Fault> {
        let (none, everything) = (Rules::new(), egress_of_a_new_group());
        let desired = (&made.inputs.ingress, &made.inputs.egress);
        self.reconcile(&made.id, (&none, &everything), desired).await?;
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Group>,
        inputs: Group,
        _changes: &[FieldChange],
    ) -> Result<Made<GroupOutputs>, Fault> {
        let before = (&live.inputs.ingress, &live.inputs.egress);
        self.reconcile(&live.id, before, (&inputs.ingress, &inputs.egress)).await?;
        ec2_tags::change(&self.clients.ec2().writes, &live.id, &live.inputs.tags, &inputs.tags).await?;
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, _cx: &Context, live: Found<Group>, to: &Address) -> Result<(), Fault> {
        ec2_tags::readdress(&self.clients.ec2().writes, &live.id, to).await
    }

    /// Refused with `DependencyViolation` while a network interface or another group's rule names it.
    async fn delete(&self, _cx: &Context, live: Found<Group>) -> Result<(), Fault> {
        let call = self.clients.ec2().writes.delete_security_group().group_id(&live.id);
        let deleted = absent(call.send().await.map_err(fault("DeleteSecurityGroup")));
        explain(deleted, self.users(&live.id)).await.map(drop)
    }
}
