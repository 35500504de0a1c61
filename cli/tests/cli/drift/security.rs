//! What can happen to a security group.

use deploy_aws::ec2::types::{IpPermission, IpRange, UserIdGroupPair};

use super::account::Account;
use super::{Drift, drift};

const GROUP: &str = "security.group.app";

/// What can happen while tasks run.
pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["security.group.app ingress.\"tcp 80 0.0.0.0/0\""], async |aws| revoke_ingress(aws, http("")).await),
        drift(&["security.group.app ingress.\"all self\""], the_own_members_are_shut_out),
        drift(&["security.group.app ingress.\"tcp 22 192.0.2.0/24\""], a_shell_is_let_in),
        drift(&["security.group.app ingress.\"tcp 80 0.0.0.0/0\".description"], ingress_is_described_otherwise),
        drift(&["security.group.app egress.\"all 0.0.0.0/0\""], nothing_is_let_out),
        drift(&["security.group.app egress.\"tcp 443 192.0.2.0/24\""], more_is_let_out),
        drift(&["security.group.app egress.\"all 0.0.0.0/0\".description"], egress_is_described_otherwise),
        drift(&["security.group.app tags.Name"], async |aws| aws.tag(GROUP, "Name", "renamed").await),
    ]
}

/// What AWS refuses while a network interface is left.
pub fn losses_at_rest() -> Vec<Drift> {
    vec![drift(
        &["security.group.app create", "ecs.service.ecs_service security_groups", "ecs.service.batch security_groups"],
        the_group_is_deleted,
    )]
}

fn tcp(port: i32, range: &str, description: &str) -> IpPermission {
    let range = IpRange::builder().cidr_ip(range).description(description).build();
    IpPermission::builder().ip_protocol("tcp").from_port(port).to_port(port).ip_ranges(range).build()
}

fn http(description: &str) -> IpPermission {
    tcp(80, "0.0.0.0/0", description)
}

fn everything(description: &str) -> IpPermission {
    let range = IpRange::builder().cidr_ip("0.0.0.0/0").description(description).build();
    IpPermission::builder().ip_protocol("-1").ip_ranges(range).build()
}

async fn revoke_ingress(aws: &Account, rule: IpPermission) {
    let call = aws.ec2().revoke_security_group_ingress().group_id(aws.id(GROUP).await);
    call.ip_permissions(rule).send().await.expect("drift");
}

async fn the_own_members_are_shut_out(aws: &Account) {
    let own = UserIdGroupPair::builder().group_id(aws.id(GROUP).await).build();
    revoke_ingress(aws, IpPermission::builder().ip_protocol("-1").user_id_group_pairs(own).build()).await;
}

async fn a_shell_is_let_in(aws: &Account) {
    let call = aws.ec2().authorize_security_group_ingress().group_id(aws.id(GROUP).await);
    call.ip_permissions(tcp(22, "192.0.2.0/24", "for a moment")).send().await.expect("drift");
}

async fn ingress_is_described_otherwise(aws: &Account) {
    let call = aws.ec2().update_security_group_rule_descriptions_ingress().group_id(aws.id(GROUP).await);
    call.ip_permissions(http("by hand")).send().await.expect("drift");
}

async fn nothing_is_let_out(aws: &Account) {
    let call = aws.ec2().revoke_security_group_egress().group_id(aws.id(GROUP).await);
    call.ip_permissions(everything("")).send().await.expect("drift");
}

async fn more_is_let_out(aws: &Account) {
    let call = aws.ec2().authorize_security_group_egress().group_id(aws.id(GROUP).await);
    call.ip_permissions(tcp(443, "192.0.2.0/24", "")).send().await.expect("drift");
}

async fn egress_is_described_otherwise(aws: &Account) {
    let call = aws.ec2().update_security_group_rule_descriptions_egress().group_id(aws.id(GROUP).await);
    call.ip_permissions(everything("by hand")).send().await.expect("drift");
}

pub async fn the_group_is_deleted(aws: &Account) {
    aws.ec2().delete_security_group().group_id(aws.id(GROUP).await).send().await.expect("drift");
}
