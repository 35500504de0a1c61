//! Network ACLs. Each VPC has a default one that lets everything through; others cannot be made in here.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>

use super::State;
use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::Kind;
use super::subnet::Subnet;
use crate::codec::xml::Element;
use crate::world::Ids;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The default network ACL of a VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct NetworkAcl {
    id: String,
    pub(super) vpc_id: String,
}

/// Number and action of the two rules that each direction has.
const RULES: [(&str, &str); 2] = [("100", "allow"), ("32767", "deny")];

pub(super) fn operation(action: &str) -> Option<Operation> {
    (action == "DescribeNetworkAcls").then_some(describe::<NetworkAcl> as Operation)
}

/// Makes the default network ACL of a new VPC.
pub(super) fn create_default(state: &mut State, ids: &mut Ids, vpc_id: &str) {
    let id = ids.resource(Kind::NetworkAcl.prefix());
    state.network_acls.insert(id.clone(), NetworkAcl { id, vpc_id: vpc_id.to_owned() });
}

impl NetworkAcl {
    /// The default network ACL holds every subnet of its VPC.
    fn subnets<'a>(&'a self, view: &'a View<'_>) -> impl Iterator<Item = &'a Subnet> {
        view.state.subnets.values().filter(|subnet| subnet.vpc_id == self.vpc_id)
    }
}

impl Listed for NetworkAcl {
    const KIND: Kind = Kind::NetworkAcl;
    const ID_PARAMETER: &'static str = "NetworkAclId";
    const SET: &'static str = "networkAclSet";
    const FILTERS: &'static [&'static str] = &[
        "association.association-id",
        "association.network-acl-id",
        "association.subnet-id",
        "default",
        "entry.cidr",
        "entry.egress",
        "entry.icmp.code",
        "entry.icmp.type",
        "entry.ipv6-cidr",
        "entry.port-range.from",
        "entry.port-range.to",
        "entry.protocol",
        "entry.rule-action",
        "entry.rule-number",
        "network-acl-id",
        "owner-id",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.network_acls
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        let texts = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
        match filter {
            "association.association-id" => {
                self.subnets(view).map(|subnet| subnet.network_acl_association_id.clone()).collect()
            }
            "association.subnet-id" => self.subnets(view).map(|subnet| subnet.id.clone()).collect(),
            "association.network-acl-id" | "network-acl-id" => vec![self.id.clone()],
            "default" => vec!["true".to_owned()],
            "entry.cidr" => vec!["0.0.0.0/0".to_owned()],
            "entry.egress" => texts(["false", "true"]),
            "entry.protocol" => vec!["-1".to_owned()],
            "entry.rule-action" => texts(RULES.map(|(_, action)| action)),
            "entry.rule-number" => texts(RULES.map(|(number, _)| number)),
            "owner-id" => vec![view.account_id.to_owned()],
            "vpc-id" => vec![self.vpc_id.clone()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        let entries = [true, false].into_iter().flat_map(|egress| {
            RULES.into_iter().map(move |(number, action)| {
                Element::new("item")
                    .field("ruleNumber", number)
                    .field("protocol", "-1")
                    .field("ruleAction", action)
                    .field("egress", egress)
                    .field("cidrBlock", "0.0.0.0/0")
            })
        });
        let associations = self.subnets(view).map(|subnet| {
            Element::new("item")
                .field("networkAclAssociationId", &subnet.network_acl_association_id)
                .field("networkAclId", &self.id)
                .field("subnetId", &subnet.id)
        });
        Element::new("item")
            .field("networkAclId", &self.id)
            .field("vpcId", &self.vpc_id)
            .field("ownerId", view.account_id)
            .field("default", true)
            .set("entrySet", entries)
            .set("associationSet", associations)
            .set("tagSet", view.tags(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn the_default_one_holds_every_subnet() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let subnet = cloud.subnet(&vpc, "10.0.1.0/24");
        let filter = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", subnet.as_str())];
        let acls = cloud.list("DescribeNetworkAcls", "networkAclSet", &filter);
        assert_eq!(acls.len(), 1);
        assert_eq!(acls[0].get("entrySet").map(|entries| entries.children.len()), Some(4));
    }
}
