//! Subnets.

use super::State;
use super::availability_zone::{self, AvailabilityZone};
use super::cidr;
use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::{Kind, find, find_mut};
use super::tag;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// One subnet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subnet {
    /// `subnet-…`
    pub id: String,
    /// The VPC that it is a part of.
    pub vpc_id: String,
    /// Its addresses.
    pub cidr_block: Ipv4Net,
    /// Where it lies: `ap-northeast-1a`.
    pub availability_zone: String,
    availability_zone_id: String,
    map_public_ip_on_launch: bool,
    pub(super) network_acl_association_id: String,
}

/// "The first four IP addresses and the last IP address in each subnet CIDR block are not available for your use."
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const RESERVED_AT_THE_START: usize = 4;
const RESERVED: u32 = 5;

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateSubnet" => create,
        "DescribeSubnets" => describe::<Subnet>,
        "ModifySubnetAttribute" => modify_attribute,
        "DeleteSubnet" => delete,
        _ => return None,
    })
}

fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let vpc_id = params.required("VpcId")?;
    let text = params.required("CidrBlock")?;
    let zone = read_zone(params, &call.region)?;
    let tags = tag::read_specification(params, Kind::Subnet)?;
    let cidr_block = cidr::parse("cidrBlock", &text)?;
    let id = call.ids.resource(Kind::Subnet.prefix());
    let network_acl_association_id = call.ids.resource("aclassoc");
    let state = &mut call.region().ec2;
    let vpc = find(&state.vpcs, Kind::Vpc, &vpc_id)?;
    if !cidr::has_allowed_size(cidr_block) || !vpc.cidr_block.contains(&cidr_block) {
        return Err(ApiError::client("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid.")));
    }
    let mut siblings = state.subnets.values().filter(|subnet| subnet.vpc_id == vpc_id);
    if siblings.any(|sibling| cidr::overlap(sibling.cidr_block, cidr_block)) {
        let message = format!("The CIDR '{text}' conflicts with another subnet");
        return Err(ApiError::client("InvalidSubnet.Conflict", message));
    }
    let subnet = Subnet {
        id: id.clone(),
        vpc_id,
        cidr_block,
        availability_zone: zone.name,
        availability_zone_id: zone.id,
        map_public_ip_on_launch: false,
        network_acl_association_id,
    };
    state.subnets.insert(id.clone(), subnet);
    tag::attach(state, &id, tags);
    let view = View::of(call);
    let subnet = find(&view.state.subnets, Kind::Subnet, &id)?;
    Ok(Element::reply().child(subnet.element(&view).named("subnet")))
}

/// The zone that a request names, by name or by id. Without one "we select one for you": the first.
fn read_zone(params: &Params, region: &str) -> Result<AvailabilityZone, ApiError> {
    let (name, id) = (params.optional("AvailabilityZone"), params.optional("AvailabilityZoneId"));
    let zones = availability_zone::of_region(region);
    let names = zones.iter().map(|zone| zone.name.clone()).collect::<Vec<_>>().join(", ");
    let fits = |zone: &AvailabilityZone| {
        name.as_ref().is_none_or(|name| *name == zone.name) && id.as_ref().is_none_or(|id| *id == zone.id)
    };
    zones.into_iter().find(fits).ok_or_else(|| {
        let (parameter, value) = match (&name, &id) {
            (None, Some(id)) => ("availabilityZoneId", id.as_str()),
            _ => ("availabilityZone", name.as_deref().unwrap_or_default()),
        };
        let message = format!(
            "Value ({value}) for parameter {parameter} is invalid. Subnets can currently only be created in the \
             following availability zones: {names}."
        );
        ApiError::client("InvalidParameterValue", message)
    })
}

/// "You can only modify one attribute at a time"; of the attributes only the public address is in here.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html>
fn modify_attribute(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("SubnetId")?;
    let value = params.boolean("MapPublicIpOnLaunch.Value")?;
    let subnet = find_mut(&mut call.region().ec2.subnets, Kind::Subnet, &id)?;
    let missing = || ApiError::client("InvalidParameterCombination", "No attributes specified.");
    subnet.map_public_ip_on_launch = value.ok_or_else(missing)?;
    Ok(Element::done())
}

/// The association with a route table goes with the subnet, an interface in it does not.
fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let id = params.required("SubnetId")?;
    let state = &mut call.region().ec2;
    find(&state.subnets, Kind::Subnet, &id)?;
    if state.network_interfaces.values().any(|interface| interface.subnet_id == id) {
        return Err(Kind::Subnet.in_use(&id));
    }
    state.subnets.remove(&id);
    state.tags.remove(&id);
    for table in state.route_tables.values_mut() {
        table.associations.retain(|association| association.subnet_id.as_ref() != Some(&id));
    }
    Ok(Element::done())
}

impl Subnet {
    /// The lowest address that no interface has.
    pub(super) fn free_address(&self, state: &State) -> Option<Ipv4Addr> {
        let taken = self.taken(state);
        let mut usable = self.cidr_block.hosts().skip(RESERVED_AT_THE_START - 1);
        usable.find(|address| !taken.contains(address))
    }

    fn taken(&self, state: &State) -> BTreeSet<Ipv4Addr> {
        let mine = state.network_interfaces.values().filter(|interface| interface.subnet_id == self.id);
        mine.map(|interface| interface.private_ip).collect()
    }

    fn available_addresses(&self, state: &State) -> usize {
        let size = 2_u32.pow(u32::from(32 - self.cidr_block.prefix_len()));
        (size.saturating_sub(RESERVED) as usize).saturating_sub(self.taken(state).len())
    }
}

impl Listed for Subnet {
    const KIND: Kind = Kind::Subnet;
    const ID_PARAMETER: &'static str = "SubnetId";
    const SET: &'static str = "subnetSet";
    const FILTERS: &'static [&'static str] = &[
        "availability-zone",
        "availability-zone-id",
        "availabilityZone",
        "availabilityZoneId",
        "available-ip-address-count",
        "cidr",
        "cidr-block",
        "cidrBlock",
        "default-for-az",
        "defaultForAz",
        "enable-dns64",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.state",
        "ipv6-native",
        "map-public-ip-on-launch",
        "outpost-arn",
        "owner-id",
        "state",
        "subnet-arn",
        "subnet-id",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.subnets
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        let value = match filter {
            "availability-zone" | "availabilityZone" => self.availability_zone.clone(),
            "availability-zone-id" | "availabilityZoneId" => self.availability_zone_id.clone(),
            "available-ip-address-count" => self.available_addresses(view.state).to_string(),
            "cidr" | "cidr-block" | "cidrBlock" => self.cidr_block.to_string(),
            "default-for-az" | "defaultForAz" | "enable-dns64" | "ipv6-native" => "false".to_owned(),
            "map-public-ip-on-launch" => self.map_public_ip_on_launch.to_string(),
            "owner-id" => view.account_id.to_owned(),
            "state" => "available".to_owned(),
            "subnet-arn" => view.arn(Kind::Subnet, &self.id),
            "subnet-id" => self.id.clone(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return Vec::new(),
        };
        vec![value]
    }

    fn element(&self, view: &View<'_>) -> Element {
        let names = Element::new("privateDnsNameOptionsOnLaunch")
            .field("hostnameType", "ip-name")
            .field("enableResourceNameDnsARecord", false)
            .field("enableResourceNameDnsAAAARecord", false);
        Element::new("item")
            .field("subnetId", &self.id)
            .field("subnetArn", view.arn(Kind::Subnet, &self.id))
            .field("state", "available")
            .field("ownerId", view.account_id)
            .field("vpcId", &self.vpc_id)
            .field("cidrBlock", self.cidr_block)
            .set("ipv6CidrBlockAssociationSet", [])
            .field("availableIpAddressCount", self.available_addresses(view.state))
            .field("availabilityZone", &self.availability_zone)
            .field("availabilityZoneId", &self.availability_zone_id)
            .field("defaultForAz", false)
            .field("mapPublicIpOnLaunch", self.map_public_ip_on_launch)
            .field("mapCustomerOwnedIpOnLaunch", false)
            .field("assignIpv6AddressOnCreation", false)
            .field("enableDns64", false)
            .field("ipv6Native", false)
            .child(names)
            .set("tagSet", view.tags(&self.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    fn create(cloud: &mut Cloud, vpc: &str, cidr: &str) -> String {
        cloud.fail("CreateSubnet", &[("VpcId", vpc), ("CidrBlock", cidr)]).to_string()
    }

    #[test]
    fn ranges_stay_inside_the_vpc_and_apart() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.subnet(&vpc, "10.0.1.0/24");
        for cidr in ["10.1.1.0/24", "10.0.0.0/8", "10.0.2.0/29"] {
            let expected = format!("InvalidSubnet.Range: The CIDR '{cidr}' is invalid.");
            assert_eq!(create(&mut cloud, &vpc, cidr), expected);
        }
        for cidr in ["10.0.1.0/24", "10.0.0.0/16", "10.0.1.128/25"] {
            let expected = format!("InvalidSubnet.Conflict: The CIDR '{cidr}' conflicts with another subnet");
            assert_eq!(create(&mut cloud, &vpc, cidr), expected);
        }
        assert_eq!(
            cloud.code("CreateSubnet", &[("VpcId", "vpc-0123"), ("CidrBlock", "10.0.1.0/24")]),
            "InvalidVpcID.NotFound"
        );
    }

    #[test]
    fn zones_are_those_of_the_region() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let params = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.1.0/24"), ("AvailabilityZone", "ap-northeast-1b")];
        let error = cloud.fail("CreateSubnet", &params);
        assert_eq!(error.code, "InvalidParameterValue");
        assert!(error.message.ends_with("ap-northeast-1a, ap-northeast-1c, ap-northeast-1d."), "{error}");
    }

    #[test]
    fn five_addresses_are_reserved() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.subnet(&vpc, "10.0.1.0/24");
        let subnets = cloud.list("DescribeSubnets", "subnetSet", &[]);
        assert_eq!(subnets[0].text_of("availableIpAddressCount"), "251");
        assert_eq!(subnets[0].text_of("availabilityZoneId"), "apne1-az4");
    }

    #[test]
    fn the_public_address_is_an_attribute() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let subnet = cloud.subnet(&vpc, "10.0.1.0/24");
        cloud.done("ModifySubnetAttribute", &[("SubnetId", &subnet), ("MapPublicIpOnLaunch.Value", "true")]);
        let filter = [("Filter.1.Name", "map-public-ip-on-launch"), ("Filter.1.Value.1", "true")];
        assert_eq!(cloud.list("DescribeSubnets", "subnetSet", &filter).len(), 1);
        assert_eq!(cloud.code("ModifySubnetAttribute", &[("SubnetId", &subnet)]), "InvalidParameterCombination");
    }
}
