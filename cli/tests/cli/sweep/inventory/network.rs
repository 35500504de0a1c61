//! What EC2 has.

use deploy_aws::{Clients, ec2};
use serde_json::{Value, json};

use super::tags;

fn ec2_tags(list: &[ec2::types::Tag]) -> Value {
    tags(list.iter().map(|tag| (tag.key(), tag.value())))
}

pub async fn vpcs(clients: &Clients) -> Vec<Value> {
    let ec2 = &clients.ec2().reads;
    let mut vpcs = Vec::new();
    for vpc in ec2.describe_vpcs().send().await.expect("vpcs").vpcs() {
        let attribute = |name| ec2.describe_vpc_attribute().vpc_id(vpc.vpc_id().expect("an id")).attribute(name).send();
        let support = attribute(ec2::types::VpcAttributeName::EnableDnsSupport).await.expect("an attribute");
        let names = attribute(ec2::types::VpcAttributeName::EnableDnsHostnames).await.expect("an attribute");
        vpcs.push(json!({
            "id": vpc.vpc_id(),
            "cidr": vpc.cidr_block(),
            "dns": support.enable_dns_support().and_then(|value| value.value()),
            "host names": names.enable_dns_hostnames().and_then(|value| value.value()),
            "tags": ec2_tags(vpc.tags()),
        }));
    }
    vpcs
}

pub async fn subnets(clients: &Clients) -> Vec<Value> {
    let reply = clients.ec2().reads.describe_subnets().send().await.expect("subnets");
    let subnet = |subnet: &ec2::types::Subnet| {
        json!({
            "id": subnet.subnet_id(),
            "vpc": subnet.vpc_id(),
            "cidr": subnet.cidr_block(),
            "zone": subnet.availability_zone(),
            "public": subnet.map_public_ip_on_launch(),
            "tags": ec2_tags(subnet.tags()),
        })
    };
    reply.subnets().iter().map(subnet).collect()
}

pub async fn internet_gateways(clients: &Clients) -> Vec<Value> {
    let reply = clients.ec2().reads.describe_internet_gateways().send().await.expect("gateways");
    let gateway = |gateway: &ec2::types::InternetGateway| {
        json!({
            "id": gateway.internet_gateway_id(),
            "vpcs": gateway.attachments().iter().map(|attachment| attachment.vpc_id()).collect::<Vec<_>>(),
            "tags": ec2_tags(gateway.tags()),
        })
    };
    reply.internet_gateways().iter().map(gateway).collect()
}

pub async fn route_tables(clients: &Clients) -> Vec<Value> {
    let reply = clients.ec2().reads.describe_route_tables().send().await.expect("route tables");
    let route = |route: &ec2::types::Route| json!({ "to": route.destination_cidr_block(), "by": route.gateway_id() });
    let association = |association: &ec2::types::RouteTableAssociation| json!({ "main": association.main(), "subnet": association.subnet_id() });
    let table = |table: &ec2::types::RouteTable| {
        json!({
            "id": table.route_table_id(),
            "vpc": table.vpc_id(),
            "routes": table.routes().iter().map(route).collect::<Vec<_>>(),
            "associations": table.associations().iter().map(association).collect::<Vec<_>>(),
            "tags": ec2_tags(table.tags()),
        })
    };
    reply.route_tables().iter().map(table).collect()
}

pub async fn security_groups(clients: &Clients) -> Vec<Value> {
    let reply = clients.ec2().reads.describe_security_groups().send().await.expect("groups");
    let group = |group: &ec2::types::SecurityGroup| {
        json!({
            "id": group.group_id(),
            "vpc": group.vpc_id(),
            "name": group.group_name(),
            "description": group.description(),
            "ingress": rules(group.ip_permissions()),
            "egress": rules(group.ip_permissions_egress()),
            "tags": ec2_tags(group.tags()),
        })
    };
    reply.security_groups().iter().map(group).collect()
}

fn rules(permissions: &[ec2::types::IpPermission]) -> Vec<Value> {
    let rules = permissions.iter().flat_map(|permission| {
        let ranges = permission.ip_ranges().iter().map(|range| (range.cidr_ip(), range.description()));
        let groups = permission.user_id_group_pairs().iter().map(|pair| (pair.group_id(), pair.description()));
        ranges.chain(groups).map(move |(source, words)| {
            json!({
                "protocol": permission.ip_protocol(),
                "from": permission.from_port(),
                "to": permission.to_port(),
                "source": source,
                "description": words,
            })
        })
    });
    rules.collect()
}
