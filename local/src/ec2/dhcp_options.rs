//! DHCP options. Each region has one default set, which all its VPCs use; others cannot be made in here.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSet.html>

use super::State;
use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::Kind;
use crate::codec::xml::Element;
use crate::world::Ids;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The default set of a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DhcpOptions {
    id: String,
}

pub(super) fn operation(action: &str) -> Option<Operation> {
    (action == "DescribeDhcpOptions").then_some(describe::<DhcpOptions> as Operation)
}

/// The id of the default set, made with the region's first VPC.
pub(super) fn default_id(state: &mut State, ids: &mut Ids) -> String {
    if let Some(id) = state.dhcp_options.keys().next() {
        return id.clone();
    }
    let id = ids.resource(Kind::DhcpOptions.prefix());
    state.dhcp_options.insert(id.clone(), DhcpOptions { id: id.clone() });
    id
}

/// The domain of private names; that of us-east-1 is older than the scheme.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
fn domain_name(region: &str) -> String {
    match region {
        "us-east-1" => "ec2.internal".to_owned(),
        _ => format!("{region}.compute.internal"),
    }
}

impl Listed for DhcpOptions {
    const KIND: Kind = Kind::DhcpOptions;
    const ID_PARAMETER: &'static str = "DhcpOptionsId";
    const SET: &'static str = "dhcpOptionsSet";
    const FILTERS: &'static [&'static str] = &["dhcp-options-id", "key", "owner-id", "value"];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.dhcp_options
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        match filter {
            "dhcp-options-id" => vec![self.id.clone()],
            "key" => vec!["domain-name".to_owned(), "domain-name-servers".to_owned()],
            "owner-id" => vec![view.account_id.to_owned()],
            "value" => vec![domain_name(view.region), "AmazonProvidedDNS".to_owned()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        let option = |key: &str, value: String| {
            let value = Element::new("item").field("value", value);
            Element::new("item").field("key", key).set("valueSet", [value])
        };
        let options = [
            option("domain-name", domain_name(view.region)),
            option("domain-name-servers", "AmazonProvidedDNS".to_owned()),
        ];
        Element::new("item")
            .field("dhcpOptionsId", &self.id)
            .field("ownerId", view.account_id)
            .set("dhcpConfigurationSet", options)
            .set("tagSet", view.tags(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn all_vpcs_of_a_region_share_one_set() {
        let mut cloud = Cloud::new();
        cloud.vpc("10.0.0.0/16");
        cloud.vpc("10.1.0.0/16");
        let sets = cloud.list("DescribeDhcpOptions", "dhcpOptionsSet", &[]);
        assert_eq!(sets.len(), 1);
        let filter = [("Filter.1.Name", "dhcp-options-id"), ("Filter.1.Value.1", sets[0].text_of("dhcpOptionsId"))];
        assert_eq!(cloud.list("DescribeVpcs", "vpcSet", &filter).len(), 2);
    }
}
