//! What can happen to a network.

use deploy_aws::ec2::types::AttributeBooleanValue;

use super::account::Account;
use super::{Drift, drift};

const VPC: &str = "network.vpc.main";
const GATEWAY: &str = "network.internet_gateway.main";
const SUBNET: &str = "network.subnet.public_1";
const OTHER_SUBNET: &str = "network.subnet.public_2";
const TABLE: &str = "network.route_table.public";

/// What can happen while tasks run.
pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["network.vpc.main enable_dns_support"], dns_support_is_off),
        drift(&["network.vpc.main enable_dns_hostnames"], dns_hostnames_are_off),
        drift(&["network.vpc.main tags.Name"], async |aws| aws.tag(VPC, "Name", "renamed").await),
        drift(&["network.vpc.main tags.owner"], async |aws| aws.tag(VPC, "owner", "somebody").await),
        drift(&["network.internet_gateway.main tags.team"], async |aws| aws.untag(GATEWAY, "team").await),
        drift(&["network.subnet.public_1 map_public_ip_on_launch"], public_addresses_are_given),
        drift(&["network.subnet.public_1 tags.Name"], async |aws| aws.tag(SUBNET, "Name", "renamed").await),
        drift(&["network.route_table.public routes.\"0.0.0.0/0\""], the_way_out_is_deleted),
        drift(&["network.route_table.public routes.\"192.0.2.0/24\""], a_route_is_added),
        drift(&["network.route_table.public subnet_ids"], a_subnet_is_disassociated),
        drift(&["network.route_table.public subnet_ids"], a_subnet_is_associated_with_another_table),
        drift(&["network.route_table.public tags.team"], async |aws| aws.untag(TABLE, "team").await),
        drift(&["network.route_table.public create"], the_table_is_deleted),
    ]
}

/// What AWS refuses while a network interface is left.
pub fn losses_at_rest() -> Vec<Drift> {
    vec![
        drift(&["network.internet_gateway.main vpc_id"], the_gateway_is_detached),
        drift(
            &[
                "network.internet_gateway.main replace_create_first",
                "network.internet_gateway.main vpc_id",
                "network.route_table.public routes.\"0.0.0.0/0\"",
            ],
            the_gateway_is_attached_elsewhere,
        ),
        drift(
            &["network.internet_gateway.main create", "network.route_table.public routes.\"0.0.0.0/0\""],
            the_gateway_is_deleted,
        ),
        drift(
            &[
                "network.subnet.public_1 create",
                "network.route_table.public subnet_ids",
                "ecs.service.ecs_service subnets",
            ],
            the_subnet_is_deleted,
        ),
        drift(
            &[
                "network.vpc.main create",
                "network.internet_gateway.main vpc_id",
                "network.subnet.public_1 create",
                "network.subnet.public_2 create",
                "network.route_table.public create",
                "security.group.app create",
                "ecs.service.ecs_service subnets",
                "ecs.service.batch subnets",
                "ecs.service.ecs_service security_groups",
                "ecs.service.batch security_groups",
            ],
            the_vpc_is_deleted_with_all_that_is_in_it,
        ),
    ]
}

fn off() -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(false).build()
}

async fn dns_support_is_off(aws: &Account) {
    let call = aws.ec2().modify_vpc_attribute().vpc_id(aws.id(VPC).await);
    call.enable_dns_support(off()).send().await.expect("drift");
}

async fn dns_hostnames_are_off(aws: &Account) {
    let call = aws.ec2().modify_vpc_attribute().vpc_id(aws.id(VPC).await);
    call.enable_dns_hostnames(off()).send().await.expect("drift");
}

async fn public_addresses_are_given(aws: &Account) {
    let on = AttributeBooleanValue::builder().value(true).build();
    let call = aws.ec2().modify_subnet_attribute().subnet_id(aws.id(SUBNET).await);
    call.map_public_ip_on_launch(on).send().await.expect("drift");
}

async fn the_way_out_is_deleted(aws: &Account) {
    let call = aws.ec2().delete_route().route_table_id(aws.id(TABLE).await);
    call.destination_cidr_block("0.0.0.0/0").send().await.expect("drift");
}

async fn a_route_is_added(aws: &Account) {
    let call = aws.ec2().create_route().route_table_id(aws.id(TABLE).await).gateway_id(aws.id(GATEWAY).await);
    call.destination_cidr_block("192.0.2.0/24").send().await.expect("drift");
}

/// The ids of the associations of our table.
async fn associations(aws: &Account) -> Vec<String> {
    let reply = aws.ec2().describe_route_tables().route_table_ids(aws.id(TABLE).await).send().await.expect("a table");
    let associations = reply.route_tables()[0].associations();
    associations.iter().filter_map(|association| association.route_table_association_id.clone()).collect()
}

async fn a_subnet_is_disassociated(aws: &Account) {
    let association = associations(aws).await.remove(0);
    aws.ec2().disassociate_route_table().association_id(association).send().await.expect("drift");
}

async fn a_subnet_is_associated_with_another_table(aws: &Account) {
    let made = aws.ec2().create_route_table().vpc_id(aws.id(VPC).await).send().await.expect("a table");
    let other = made.route_table.and_then(|table| table.route_table_id).expect("an id");
    let call = aws.ec2().replace_route_table_association().association_id(associations(aws).await.remove(0));
    call.route_table_id(other).send().await.expect("drift");
}

async fn the_table_is_deleted(aws: &Account) {
    for association in associations(aws).await {
        aws.ec2().disassociate_route_table().association_id(association).send().await.expect("disassociated");
    }
    aws.ec2().delete_route_table().route_table_id(aws.id(TABLE).await).send().await.expect("drift");
}

async fn the_gateway_is_detached(aws: &Account) {
    let call = aws.ec2().detach_internet_gateway().internet_gateway_id(aws.id(GATEWAY).await);
    call.vpc_id(aws.id(VPC).await).send().await.expect("drift");
}

async fn the_gateway_is_attached_elsewhere(aws: &Account) {
    the_gateway_is_detached(aws).await;
    let made = aws.ec2().create_vpc().cidr_block("10.9.0.0/16").send().await.expect("a VPC");
    let other = made.vpc.and_then(|vpc| vpc.vpc_id).expect("an id");
    let call = aws.ec2().attach_internet_gateway().internet_gateway_id(aws.id(GATEWAY).await);
    call.vpc_id(other).send().await.expect("drift");
}

async fn the_gateway_is_deleted(aws: &Account) {
    the_gateway_is_detached(aws).await;
    let call = aws.ec2().delete_internet_gateway().internet_gateway_id(aws.id(GATEWAY).await);
    call.send().await.expect("drift");
}

async fn the_subnet_is_deleted(aws: &Account) {
    aws.ec2().delete_subnet().subnet_id(aws.id(SUBNET).await).send().await.expect("drift");
}

async fn the_vpc_is_deleted_with_all_that_is_in_it(aws: &Account) {
    the_gateway_is_detached(aws).await;
    the_table_is_deleted(aws).await;
    the_subnet_is_deleted(aws).await;
    aws.ec2().delete_subnet().subnet_id(aws.id(OTHER_SUBNET).await).send().await.expect("deleted");
    super::security::the_group_is_deleted(aws).await;
    aws.ec2().delete_vpc().vpc_id(aws.id(VPC).await).send().await.expect("drift");
}
