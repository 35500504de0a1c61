//! What stands in the way of a network's deletion, by name.

use deploy_aws::ec2::Client;
use deploy_aws::ec2::types::{Filter, RouteTable, RouteTableAssociation};
use deploy_aws::ec2_obstacles::{self, filter, interface, name_of};
use deploy_aws::fault;
use deploy_aws::obstacles::named;
use deploy_plugin::model::Fault;
use futures::try_join;

/// The network interfaces that a filter finds.
pub(crate) async fn interfaces(ec2: &Client, by: Filter) -> Result<Vec<String>, Fault> {
    Ok(ec2_obstacles::interfaces(ec2, by).await?.iter().map(interface).collect())
}

/// The interfaces of a VPC that have an address on the internet: they keep its gateway.
pub(crate) async fn public_interfaces(ec2: &Client, vpc: &str) -> Result<Vec<String>, Fault> {
    let all = ec2_obstacles::interfaces(ec2, filter("vpc-id", vpc)).await?;
    Ok(all.iter().filter(|one| one.association().is_some()).map(interface).collect())
}

/// What is left in a VPC. Its main route table and its default group go with it.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html>
pub(crate) async fn contents(ec2: &Client, vpc: &str) -> Result<Vec<String>, Fault> {
    let of_vpc = || filter("vpc-id", vpc);
    let parts = try_join!(
        subnets(ec2, of_vpc()),
        interfaces(ec2, of_vpc()),
        groups(ec2, of_vpc()),
        route_tables(ec2, of_vpc()),
        gateways(ec2, filter("attachment.vpc-id", vpc))
    )?;
    Ok([parts.0, parts.1, parts.2, parts.3, parts.4].concat())
}

/// What a route table is associated with.
pub(crate) async fn associations(ec2: &Client, table: &str) -> Result<Vec<String>, Fault> {
    let reply = ec2.describe_route_tables().filters(filter("route-table-id", table)).send().await;
    let tables = reply.map_err(fault("DescribeRouteTables"))?.route_tables.unwrap_or_default();
    Ok(tables.iter().flat_map(RouteTable::associations).map(association).collect())
}

async fn subnets(ec2: &Client, by: Filter) -> Result<Vec<String>, Fault> {
    let reply = ec2.describe_subnets().filters(by).send().await.map_err(fault("DescribeSubnets"))?;
    let name = |subnet: &deploy_aws::ec2::types::Subnet| {
        let range = subnet.cidr_block().unwrap_or_default().to_owned();
        named("subnet", subnet.subnet_id().unwrap_or_default(), [range, name_of(subnet.tags())])
    };
    Ok(reply.subnets().iter().map(name).collect())
}

async fn groups(ec2: &Client, by: Filter) -> Result<Vec<String>, Fault> {
    let reply = ec2.describe_security_groups().filters(by).send().await.map_err(fault("DescribeSecurityGroups"))?;
    let others = reply.security_groups().iter().filter(|group| group.group_name() != Some("default"));
    let name = |group: &deploy_aws::ec2::types::SecurityGroup| {
        let name = group.group_name().unwrap_or_default().to_owned();
        named("security group", group.group_id().unwrap_or_default(), [name])
    };
    Ok(others.map(name).collect())
}

async fn route_tables(ec2: &Client, by: Filter) -> Result<Vec<String>, Fault> {
    let reply = ec2.describe_route_tables().filters(by).send().await.map_err(fault("DescribeRouteTables"))?;
    let is_main = |table: &&RouteTable| table.associations().iter().any(|one| one.main() == Some(true));
    let others = reply.route_tables().iter().filter(|table| !is_main(table));
    let name =
        |table: &RouteTable| named("route table", table.route_table_id().unwrap_or_default(), [name_of(table.tags())]);
    Ok(others.map(name).collect())
}

async fn gateways(ec2: &Client, by: Filter) -> Result<Vec<String>, Fault> {
    let reply = ec2.describe_internet_gateways().filters(by).send().await;
    let reply = reply.map_err(fault("DescribeInternetGateways"))?;
    let name = |gateway: &deploy_aws::ec2::types::InternetGateway| {
        named("internet gateway", gateway.internet_gateway_id().unwrap_or_default(), [name_of(gateway.tags())])
    };
    Ok(reply.internet_gateways().iter().map(name).collect())
}

fn association(of: &RouteTableAssociation) -> String {
    let with = of.subnet_id().or(of.gateway_id()).map(|id| format!("with {id}"));
    let with = with.unwrap_or_else(|| "as the main table of its VPC".to_owned());
    named("association", of.route_table_association_id().unwrap_or_default(), [with])
}
