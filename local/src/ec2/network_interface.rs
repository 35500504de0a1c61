//! Network interfaces. They are made and deleted by running tasks only, and hold what they stand on.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>

use super::State;
use super::describe::{Listed, View, describe};
use super::dispatch::Operation;
use super::kind::{Kind, find};
use super::security_group::default_group;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::world::Ids;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// One network interface.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// `eni-…`
    pub id: String,
    /// The subnet that it lies in.
    pub subnet_id: String,
    /// The VPC of that subnet.
    pub vpc_id: String,
    /// The zone of that subnet.
    pub availability_zone: String,
    /// What it is for.
    pub description: String,
    /// Its security groups.
    pub group_ids: Vec<String>,
    /// Its address in the subnet.
    pub private_ip: Ipv4Addr,
    /// Its address on the internet, if it was given one.
    pub public_ip: Option<Ipv4Addr>,
    /// Its hardware address.
    pub mac: String,
    attachment_id: String,
}

/// Networks set aside for documentation (RFC 5737): a public address of this world is nobody's in the real one.
const PUBLIC_NETWORKS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];

pub(super) fn operation(action: &str) -> Option<Operation> {
    (action == "DescribeNetworkInterfaces").then_some(describe::<NetworkInterface> as Operation)
}

/// Makes an interface in a subnet. Without groups it gets the default group of the VPC.
///
/// # Errors
/// `InvalidSubnetID.NotFound`, `InvalidGroup.NotFound`, `InvalidParameter` if subnet and group are in different VPCs,
/// `InsufficientFreeAddressesInSubnet`.
pub fn create(
    state: &mut State,
    ids: &mut Ids,
    subnet_id: &str,
    group_ids: &[String],
    public_ip: bool,
    description: &str,
) -> Result<NetworkInterface, ApiError> {
    let subnet = find(&state.subnets, Kind::Subnet, subnet_id)?;
    let mut groups = Vec::new();
    for id in group_ids {
        let group = find(&state.security_groups, Kind::SecurityGroup, id)?;
        if group.vpc_id != subnet.vpc_id {
            let message = format!("Security group {id} and subnet {subnet_id} belong to different networks.");
            return Err(ApiError::client("InvalidParameter", message));
        }
        groups.push(id.clone());
    }
    if groups.is_empty() {
        groups.extend(default_group(state, &subnet.vpc_id).map(|group| group.id.clone()));
    }
    let private_ip = subnet.free_address(state).ok_or_else(|| {
        let message = format!("There are not enough free addresses in subnet '{subnet_id}' to satisfy the request.");
        ApiError::client("InsufficientFreeAddressesInSubnet", message)
    })?;
    let interface = NetworkInterface {
        id: ids.resource(Kind::NetworkInterface.prefix()),
        subnet_id: subnet_id.to_owned(),
        vpc_id: subnet.vpc_id.clone(),
        availability_zone: subnet.availability_zone.clone(),
        description: description.to_owned(),
        group_ids: groups,
        private_ip,
        public_ip: if public_ip { free_public_address(state) } else { None },
        mac: mac_address(ids),
        attachment_id: ids.resource("eni-attach"),
    };
    state.network_interfaces.insert(interface.id.clone(), interface.clone());
    Ok(interface)
}

/// Deletes an interface, if it exists.
pub fn delete(state: &mut State, id: &str) {
    state.network_interfaces.remove(id);
    state.tags.remove(id);
}

fn free_public_address(state: &State) -> Option<Ipv4Addr> {
    let taken: Vec<Ipv4Addr> = state.network_interfaces.values().filter_map(|interface| interface.public_ip).collect();
    let addresses = PUBLIC_NETWORKS
        .iter()
        .flat_map(|[first, second, third]| (1..255).map(move |last| Ipv4Addr::new(*first, *second, *third, last)));
    addresses.into_iter().find(|address| !taken.contains(address))
}

/// A hardware address of the locally administered kind.
fn mac_address(ids: &mut Ids) -> String {
    let bytes: Vec<String> = (0..5).map(|_| ids.hex(2)).collect();
    format!("06:{}", bytes.join(":"))
}

impl NetworkInterface {
    /// `ip-10-0-1-4.ap-northeast-1.compute.internal`, and the public one likewise.
    ///
    /// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>
    #[must_use]
    pub fn private_dns_name(&self, region: &str) -> String {
        let domain = if region == "us-east-1" { "ec2".to_owned() } else { format!("{region}.compute") };
        format!("ip-{}.{domain}.internal", self.private_ip.to_string().replace('.', "-"))
    }

    fn public_dns_name(&self, region: &str) -> Option<String> {
        let domain = if region == "us-east-1" { "compute-1".to_owned() } else { format!("{region}.compute") };
        self.public_ip.map(|address| format!("ec2-{}.{domain}.amazonaws.com", address.to_string().replace('.', "-")))
    }

    fn association(&self, view: &View<'_>) -> Option<Element> {
        let association = Element::new("association").optional("publicIp", self.public_ip);
        self.public_ip?;
        Some(association.optional("publicDnsName", self.public_dns_name(view.region)).field("ipOwnerId", "amazon"))
    }

    fn groups(&self, view: &View<'_>) -> Vec<Element> {
        let name = |id: &String| view.state.security_groups.get(id).map(|group| group.name.clone());
        let group = |id: &String| Element::new("item").field("groupId", id).optional("groupName", name(id));
        self.group_ids.iter().map(group).collect()
    }
}

impl Listed for NetworkInterface {
    const KIND: Kind = Kind::NetworkInterface;
    const ID_PARAMETER: &'static str = "NetworkInterfaceId";
    const SET: &'static str = "networkInterfaceSet";
    const FILTERS: &'static [&'static str] = &[
        "addresses.association.public-ip",
        "addresses.primary",
        "addresses.private-ip-address",
        "association.public-dns-name",
        "association.public-ip",
        "attachment.attachment-id",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "description",
        "group-id",
        "group-name",
        "interface-type",
        "mac-address",
        "network-interface-id",
        "owner-id",
        "private-dns-name",
        "private-ip-address",
        "requester-id",
        "requester-managed",
        "source-dest-check",
        "status",
        "subnet-id",
        "vpc-id",
    ];

    fn all(state: &State) -> &BTreeMap<String, Self> {
        &state.network_interfaces
    }

    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String> {
        let group_name = |id: &String| view.state.security_groups.get(id).map(|group| group.name.clone());
        let value = match filter {
            "addresses.association.public-ip" | "association.public-ip" => {
                return self.public_ip.iter().map(ToString::to_string).collect();
            }
            "association.public-dns-name" => return self.public_dns_name(view.region).into_iter().collect(),
            "group-id" => return self.group_ids.clone(),
            "group-name" => return self.group_ids.iter().filter_map(group_name).collect(),
            "addresses.primary" | "requester-managed" | "source-dest-check" => "true".to_owned(),
            "addresses.private-ip-address" | "private-ip-address" => self.private_ip.to_string(),
            "attachment.attachment-id" => self.attachment_id.clone(),
            "attachment.status" => "attached".to_owned(),
            "availability-zone" => self.availability_zone.clone(),
            "description" => self.description.clone(),
            "interface-type" => "interface".to_owned(),
            "mac-address" => self.mac.clone(),
            "network-interface-id" => self.id.clone(),
            "owner-id" => view.account_id.to_owned(),
            "private-dns-name" => self.private_dns_name(view.region),
            "status" => "in-use".to_owned(),
            "subnet-id" => self.subnet_id.clone(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return Vec::new(),
        };
        vec![value]
    }

    fn element(&self, view: &View<'_>) -> Element {
        let attachment = Element::new("attachment")
            .field("attachmentId", &self.attachment_id)
            .field("instanceOwnerId", "amazon-ecs")
            .field("deviceIndex", 1)
            .field("status", "attached")
            .field("deleteOnTermination", false);
        let mut address = Element::new("item")
            .field("privateIpAddress", self.private_ip)
            .field("privateDnsName", self.private_dns_name(view.region))
            .field("primary", true);
        address.children.extend(self.association(view));
        let mut element = Element::new("item")
            .field("networkInterfaceId", &self.id)
            .field("subnetId", &self.subnet_id)
            .field("vpcId", &self.vpc_id)
            .field("availabilityZone", &self.availability_zone)
            .field("description", &self.description)
            .field("ownerId", view.account_id)
            .field("requesterManaged", true)
            .field("status", "in-use")
            .field("macAddress", &self.mac)
            .field("privateIpAddress", self.private_ip)
            .field("privateDnsName", self.private_dns_name(view.region))
            .field("sourceDestCheck", true)
            .set("groupSet", self.groups(view))
            .child(attachment);
        element.children.extend(self.association(view));
        element
            .set("tagSet", view.tags(&self.id))
            .set("privateIpAddressesSet", [address])
            .set("ipv6AddressesSet", [])
            .field("interfaceType", "interface")
    }
}

#[cfg(test)]
mod tests {
    use super::{create, delete};
    use crate::ec2::testing::Cloud;
    use crate::world::Ids;

    #[test]
    fn an_interface_holds_what_it_stands_on() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let (subnet, group) = (cloud.subnet(&vpc, "10.0.1.0/24"), cloud.security_group(&vpc, "app"));
        let interface = create(cloud.state(), &mut Ids::new(9), &subnet, std::slice::from_ref(&group), true, "task");
        let interface = interface.expect("an interface");
        assert_eq!(interface.private_ip.to_string(), "10.0.1.4");
        assert_eq!(cloud.code("DeleteSubnet", &[("SubnetId", &subnet)]), "DependencyViolation");
        assert_eq!(cloud.code("DeleteSecurityGroup", &[("GroupId", &group)]), "DependencyViolation");
        let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group.as_str())];
        let listed = cloud.list("DescribeNetworkInterfaces", "networkInterfaceSet", &filter);
        assert_eq!(listed[0].text_of("networkInterfaceId"), interface.id);
        assert_eq!(listed[0].get("association").map(|element| element.text_of("publicIp")), Some("192.0.2.1"));
        delete(cloud.state(), &interface.id);
        cloud.done("DeleteSubnet", &[("SubnetId", &subnet)]);
        cloud.done("DeleteSecurityGroup", &[("GroupId", &group)]);
    }

    #[test]
    fn addresses_run_out() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let subnet = cloud.subnet(&vpc, "10.0.1.0/28");
        let mut ids = Ids::new(9);
        for _ in 0..11 {
            create(cloud.state(), &mut ids, &subnet, &[], false, "task").expect("an interface");
        }
        let error = create(cloud.state(), &mut ids, &subnet, &[], false, "task").expect_err("16 less 5 reserved");
        assert_eq!(error.code, "InsufficientFreeAddressesInSubnet");
        let subnets = cloud.list("DescribeSubnets", "subnetSet", &[]);
        assert_eq!(subnets[0].text_of("availableIpAddressCount"), "0");
    }

    #[test]
    fn groups_and_subnet_share_a_network() {
        let mut cloud = Cloud::new();
        let (vpc, other) = (cloud.vpc("10.0.0.0/16"), cloud.vpc("10.1.0.0/16"));
        let (subnet, group) = (cloud.subnet(&vpc, "10.0.1.0/24"), cloud.security_group(&other, "app"));
        let error =
            create(cloud.state(), &mut Ids::new(9), &subnet, &[group], false, "task").expect_err("two networks");
        assert_eq!(error.code, "InvalidParameter");
    }
}
