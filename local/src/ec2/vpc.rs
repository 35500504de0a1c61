//! VPCs. Each comes with a main route table, a default security group, a default network ACL and the region's DHCP
//! options, and takes the first three with it when it goes.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html>

use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::{Kind, find, find_mut};
use super::tag;
use super::{State, cidr, dhcp_options, network_acl, route_table, security_group};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vpc {
    /// `vpc-…`
    pub id: String,
    /// Its addresses.
    pub cidr_block: Ipv4Net,
    association_id: String,
    dhcp_options_id: String,
    instance_tenancy: String,
    enable_dns_support: bool,
    enable_dns_hostnames: bool,
    enable_network_address_usage_metrics: bool,
}

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateVpc" => create,
        "DescribeVpcs" => describe::<Vpc>,
        "DescribeVpcAttribute" => describe_attribute,
        "ModifyVpcAttribute" => modify_attribute,
        "DeleteVpc" => delete,
        _ => return None,
    })
}

fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let Some(text) = params.optional("CidrBlock") else {
        let message = "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.";
        return Err(ApiError::client("MissingParameter", message));
    };
    let cidr_block = cidr::parse("cidrBlock", &text)?;
    if !cidr::has_allowed_size(cidr_block) {
        return Err(ApiError::client("InvalidVpc.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let instance_tenancy = params.optional("InstanceTenancy").unwrap_or_else(|| "default".to_owned());
    if !["default", "dedicated"].contains(&instance_tenancy.as_str()) {
        let message = format!("Value ({instance_tenancy}) for parameter instanceTenancy is invalid.");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    let tags = tag::read_specification(params, Kind::Vpc)?;
    let id = call.ids.resource(Kind::Vpc.prefix());
    let state = &mut call.account.region(&call.region).ec2;
    let vpc = Vpc {
        id: id.clone(),
        cidr_block,
        association_id: call.ids.resource("vpc-cidr-assoc"),
        dhcp_options_id: dhcp_options::default_id(state, call.ids),
        instance_tenancy,
        // "By default: enableDnsHostnames is set to false, enableDnsSupport to true" in a VPC that is not the default.
        enable_dns_support: true,
        enable_dns_hostnames: false,
        enable_network_address_usage_metrics: false,
    };
    state.vpcs.insert(id.clone(), vpc);
    tag::attach(state, &id, tags);
    route_table::create_main(state, call.ids, &id, cidr_block);
    network_acl::create_default(state, call.ids, &id);
    security_group::create_default(state, call.ids, &id);
    let view = View::of(call);
    let vpc = find(&view.state.vpcs, Kind::Vpc, &id)?;
    Ok(Element::reply().child(vpc.element_in(&view, "pending").named("vpc")))
}

fn describe_attribute(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("VpcId")?;
    let attribute = params.required("Attribute")?;
    let vpc = find(&call.region().ec2.vpcs, Kind::Vpc, &id)?;
    let value = match attribute.as_str() {
        "enableDnsSupport" => vpc.enable_dns_support,
        "enableDnsHostnames" => vpc.enable_dns_hostnames,
        "enableNetworkAddressUsageMetrics" => vpc.enable_network_address_usage_metrics,
        _ => {
            let message = format!("Value ({attribute}) for parameter attribute is invalid.");
            return Err(ApiError::client("InvalidParameterValue", message));
        }
    };
    Ok(Element::reply().field("vpcId", id).child(Element::new(&attribute).field("value", value)))
}

/// "You cannot modify the DNS resolution and DNS hostnames attributes in the same request", and "you can only enable DNS
/// hostnames if you've enabled DNS support".
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html>
fn modify_attribute(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("VpcId")?;
    let support = params.boolean("EnableDnsSupport.Value")?;
    let hostnames = params.boolean("EnableDnsHostnames.Value")?;
    let metrics = params.boolean("EnableNetworkAddressUsageMetrics.Value")?;
    let vpc = find_mut(&mut call.region().ec2.vpcs, Kind::Vpc, &id)?;
    match (support, hostnames, metrics) {
        (Some(value), None, None) => vpc.enable_dns_support = value,
        (None, Some(true), None) if !vpc.enable_dns_support => {
            let message = "DNS hostnames can only be enabled if DNS support is enabled";
            return Err(ApiError::client("InvalidParameterValue", message));
        }
        (None, Some(value), None) => vpc.enable_dns_hostnames = value,
        (None, None, Some(value)) => vpc.enable_network_address_usage_metrics = value,
        (None, None, None) => {
            return Err(ApiError::client("InvalidParameterCombination", "No attributes specified."));
        }
        _ => {
            let names = [
                ("enableDnsHostnames", hostnames.is_some()),
                ("enableDnsSupport", support.is_some()),
                ("enableNetworkAddressUsageMetrics", metrics.is_some()),
            ];
            let names: Vec<&str> = names.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
            let message = format!("Fields for multiple attribute types specified: {}", names.join(", "));
            return Err(ApiError::client("InvalidParameterCombination", message));
        }
    }
    Ok(Element::done())
}

fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("VpcId")?;
    let state = &mut call.region().ec2;
    find(&state.vpcs, Kind::Vpc, &id)?;
    if is_in_use(state, &id) {
        return Err(Kind::Vpc.in_use(&id));
    }
    state.vpcs.remove(&id);
    state.route_tables.retain(|_, table| table.vpc_id != id);
    state.network_acls.retain(|_, acl| acl.vpc_id != id);
    state.security_groups.retain(|_, group| group.vpc_id != id);
    let State { security_groups, security_group_rules, .. } = state;
    security_group_rules.retain(|_, rule| security_groups.contains_key(&rule.group_id));
    state.forget_tags_of_the_gone();
    Ok(Element::done())
}

/// "You must detach or delete all gateways and resources that are associated with the VPC before you can delete it",
/// except the default security group, the default network ACL and the main route table.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html>
fn is_in_use(state: &State, id: &str) -> bool {
    state.subnets.values().any(|subnet| subnet.vpc_id == id)
        || state.internet_gateways.values().any(|gateway| gateway.vpc_id.as_deref() == Some(id))
        || state.network_interfaces.values().any(|interface| interface.vpc_id == id)
        || state.route_tables.values().any(|table| table.vpc_id == id && !table.is_main())
        || state.groups_of(id).any(|group| !group.is_default())
}

impl Vpc {
    fn element_in(&self, view: &View<'_>, status: &str) -> Element {
        let association = Element::new("item")
            .field("cidrBlock", self.cidr_block)
            .field("associationId", &self.association_id)
            .child(Element::new("cidrBlockState").field("state", "associated"));
        Element::new("item")
            .field("vpcId", &self.id)
            .field("ownerId", view.account_id)
            .field("state", status)
            .field("cidrBlock", self.cidr_block)
            .set("cidrBlockAssociationSet", [association])
            .set("ipv6CidrBlockAssociationSet", [])
            .field("dhcpOptionsId", &self.dhcp_options_id)
            .set("tagSet", view.tags(&self.id))
            .field("instanceTenancy", &self.instance_tenancy)
            .field("isDefault", false)
    }
}

impl Listed for Vpc {
    const KIND: Kind = Kind::Vpc;
    const ID_PARAMETER: &'static str = "VpcId";
    const SET: &'static str = "vpcSet";
    // `cidr-block` is not on the page of DescribeVpcs, but AWS takes it: the module `amazon.aws.ec2_vpc_net` of Ansible
    // finds its VPC by it, and is tested against AWS.
    const FILTERS: &'static [&'static str] = &[
        "cidr",
        "cidr-block",
        "cidr-block-association.association-id",
        "cidr-block-association.cidr-block",
        "cidr-block-association.state",
        "dhcp-options-id",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.ipv6-pool",
        "ipv6-cidr-block-association.state",
        "is-default",
        "owner-id",
        "state",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.vpcs
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        match filter {
            "cidr" | "cidr-block" | "cidr-block-association.cidr-block" => vec![self.cidr_block.to_string()],
            "cidr-block-association.association-id" => vec![self.association_id.clone()],
            "cidr-block-association.state" => vec!["associated".to_owned()],
            "dhcp-options-id" => vec![self.dhcp_options_id.clone()],
            "is-default" => vec!["false".to_owned()],
            "owner-id" => vec![view.account_id.to_owned()],
            "state" => vec!["available".to_owned()],
            "vpc-id" => vec![self.id.clone()],
            _ => Vec::new(),
        }
    }

    fn element(&self, view: &View<'_>) -> Element {
        self.element_in(view, "available")
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn ranges_have_bounds() {
        let mut cloud = Cloud::new();
        for cidr in ["10.0.0.0/15", "10.0.0.0/29"] {
            let error = cloud.fail("CreateVpc", &[("CidrBlock", cidr)]);
            assert_eq!(error.to_string(), format!("InvalidVpc.Range: The CIDR '{cidr}' is invalid."));
        }
        assert_eq!(cloud.code("CreateVpc", &[("CidrBlock", "ten")]), "InvalidParameterValue");
        assert_eq!(cloud.code("CreateVpc", &[]), "MissingParameter");
    }

    #[test]
    fn a_vpc_comes_with_its_defaults_and_takes_them_along() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        for (action, set) in [
            ("DescribeRouteTables", "routeTableSet"),
            ("DescribeNetworkAcls", "networkAclSet"),
            ("DescribeSecurityGroups", "securityGroupInfo"),
        ] {
            assert_eq!(cloud.list(action, set, &[]).len(), 1, "{action}");
        }
        assert_eq!(cloud.list("DescribeDhcpOptions", "dhcpOptionsSet", &[]).len(), 1);
        cloud.done("DeleteVpc", &[("VpcId", &vpc)]);
        for (action, set) in [
            ("DescribeVpcs", "vpcSet"),
            ("DescribeRouteTables", "routeTableSet"),
            ("DescribeNetworkAcls", "networkAclSet"),
            ("DescribeSecurityGroups", "securityGroupInfo"),
            ("DescribeSecurityGroupRules", "securityGroupRuleSet"),
        ] {
            assert_eq!(cloud.list(action, set, &[]).len(), 0, "{action}");
        }
    }

    #[test]
    fn a_vpc_is_found_by_its_range() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.vpc("10.1.0.0/16");
        for name in ["cidr", "cidr-block", "cidr-block-association.cidr-block"] {
            let filter = [("Filter.1.Name", name), ("Filter.1.Value.1", "10.0.0.0/16")];
            let found = cloud.list("DescribeVpcs", "vpcSet", &filter);
            assert_eq!(found.iter().map(|found| found.text_of("vpcId")).collect::<Vec<_>>(), [&vpc], "{name}");
        }
    }

    #[test]
    fn attributes_change_one_at_a_time() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let both = [("VpcId", vpc.as_str()), ("EnableDnsSupport.Value", "true"), ("EnableDnsHostnames.Value", "true")];
        let error = cloud.fail("ModifyVpcAttribute", &both).to_string();
        let rule = "Fields for multiple attribute types specified: enableDnsHostnames, enableDnsSupport";
        assert_eq!(error, format!("InvalidParameterCombination: {rule}"));
        cloud.done("ModifyVpcAttribute", &[both[0], both[2]]);
        let reply = cloud.done("DescribeVpcAttribute", &[("VpcId", &vpc), ("Attribute", "enableDnsHostnames")]);
        assert_eq!(reply.get("enableDnsHostnames").map(|value| value.text_of("value")), Some("true"));
        assert_eq!(cloud.code("ModifyVpcAttribute", &[("VpcId", &vpc)]), "InvalidParameterCombination");
    }

    #[test]
    fn hostnames_need_dns() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.done("ModifyVpcAttribute", &[("VpcId", &vpc), ("EnableDnsSupport.Value", "false")]);
        let enable = [("VpcId", vpc.as_str()), ("EnableDnsHostnames.Value", "true")];
        assert_eq!(cloud.code("ModifyVpcAttribute", &enable), "InvalidParameterValue");
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let subnet = cloud.subnet(&vpc, "10.0.1.0/24");
        let error = cloud.fail("DeleteVpc", &[("VpcId", &vpc)]);
        let message = format!("DependencyViolation: The vpc '{vpc}' has dependencies and cannot be deleted.");
        assert_eq!(error.to_string(), message);
        cloud.done("DeleteSubnet", &[("SubnetId", &subnet)]);
        let table = cloud.route_table(&vpc);
        assert_eq!(cloud.code("DeleteVpc", &[("VpcId", &vpc)]), "DependencyViolation");
        cloud.done("DeleteRouteTable", &[("RouteTableId", &table)]);
        let group = cloud.security_group(&vpc, "app");
        assert_eq!(cloud.code("DeleteVpc", &[("VpcId", &vpc)]), "DependencyViolation");
        cloud.done("DeleteSecurityGroup", &[("GroupId", &group)]);
        cloud.done("DeleteVpc", &[("VpcId", &vpc)]);
        assert_eq!(cloud.code("DeleteVpc", &[("VpcId", &vpc)]), "InvalidVpcID.NotFound");
    }
}
