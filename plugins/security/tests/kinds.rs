//! Security groups against the embedded AWS: what is made is found as it was asked for, changes and goes.

use deploy_plugin::erase;
use deploy_security::GroupKind;
use serde_json::{Value, json};

use deploy_testing::{Aws, Driver};

async fn start() -> (Aws, Driver, String) {
    let aws = Aws::start().await;
    let call = aws.clients.ec2().writes.create_vpc().cidr_block("10.0.0.0/16").send().await.expect("a VPC");
    let vpc = call.vpc.and_then(|vpc| vpc.vpc_id).expect("an id");
    aws.calls();
    let groups = Driver::new(erase(GroupKind::new(&aws.clients)));
    (aws, groups, vpc)
}

fn group(vpc: &str, name: &str, ingress: Value, egress: Value) -> Value {
    json!({
        "group_name": name, "description": "Security Group for Application", "vpc_id": vpc,
        "ingress": ingress, "egress": egress, "tags": { "Name": name },
    })
}

fn rule(description: &str) -> Value {
    json!({ "description": description })
}

fn application(vpc: &str) -> Value {
    let ingress = json!({ "all self": rule("Allow from This"), "tcp 80 0.0.0.0/0": rule("Allow from Any HTTP") });
    group(vpc, "shop-dev-app", ingress, json!({ "all 0.0.0.0/0": rule("Allow to Any") }))
}

#[tokio::test]
async fn a_group_is_found_as_it_was_made() {
    let (aws, groups, vpc) = start().await;
    groups.create("app", application(&vpc)).await;
    let mut calls = aws.calls();
    calls[1..].sort();
    assert_eq!(
        calls,
        ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "UpdateSecurityGroupRuleDescriptionsEgress"]
    );
    assert_eq!(groups.only().await.inputs, application(&vpc));
    assert_eq!(aws.calls(), ["DescribeSecurityGroups"]);
}

#[tokio::test]
async fn rules_come_change_and_go() {
    let (aws, groups, vpc) = start().await;
    groups.create("app", application(&vpc)).await;
    let ingress = json!({
        "all self": rule("other words"), "tcp 8000-8080 10.0.0.0/8": rule(""), "udp 53 ::/0": rule("DNS"),
        "icmp 0.0.0.0/0": rule(""), "icmp 8--1 10.0.0.0/8": rule(""),
    });
    let changed = group(&vpc, "shop-dev-app", ingress, json!({ "tcp 443 0.0.0.0/0": rule("") }));
    aws.calls();
    groups.becomes(changed.clone()).await;
    let mut calls = aws.calls();
    calls.sort();
    assert_eq!(
        calls,
        [
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "DescribeSecurityGroups",
            "DescribeSecurityGroups",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "UpdateSecurityGroupRuleDescriptionsIngress",
        ]
    );
    groups.becomes(changed).await;
    assert_eq!(aws.calls(), ["DescribeSecurityGroups", "DescribeSecurityGroups"]);
    groups.becomes(group(&vpc, "shop-dev-app", json!({}), json!({}))).await;
    groups.retires_and_goes().await;
}

#[tokio::test]
async fn a_group_without_egress_lets_nothing_out() {
    let (aws, groups, vpc) = start().await;
    let closed = group(&vpc, "shop-dev-app", json!({}), json!({}));
    groups.create("app", closed.clone()).await;
    assert_eq!(aws.calls(), ["CreateSecurityGroup", "RevokeSecurityGroupEgress"]);
    assert_eq!(groups.only().await.inputs, closed);
}

#[tokio::test]
async fn a_peer_is_known_by_its_name_until_it_retires() {
    let (_aws, groups, vpc) = start().await;
    let web = groups.create("web", group(&vpc, "shop-dev-web", json!({}), json!({}))).await;
    let peer = json!({ "tcp 5432 group web": { "description": "queries", "group": web.id } });
    groups.create("database", group(&vpc, "shop-dev-database", peer.clone(), json!({}))).await;
    let ingress = async || {
        let found = groups.discover().await;
        found.into_iter().find(|group| group.address.name() == "database").expect("it").inputs["ingress"].clone()
    };
    assert_eq!(ingress().await, peer);

    let to = web.address.retire("1");
    let cx = deploy_plugin::Context::quiet(owner());
    groups.kind.retire(&cx, web.clone(), &to).await.expect("retired");
    let stranger = format!("tcp 5432 {}", web.id);
    assert_eq!(ingress().await, json!({ stranger: rule("queries") }));
}

#[tokio::test]
async fn what_was_done_before_is_not_an_error() {
    let (aws, groups, vpc) = start().await;
    let live = groups.create("app", application(&vpc)).await;
    let cx = deploy_plugin::Context::quiet(owner());
    let desired = group(&vpc, "shop-dev-app", json!({ "tcp 443 0.0.0.0/0": rule("") }), json!({}));
    groups.kind.update(&cx, live.clone(), desired.clone(), &[]).await.expect("updated");
    groups.kind.update(&cx, live, desired.clone(), &[]).await.expect("updated again, from what was before");
    assert_eq!(groups.only().await.inputs, desired);
    aws.refuse("AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound");
    groups.create("other", group(&vpc, "other", json!({ "all self": rule("") }), json!({}))).await;
    assert_eq!(groups.discover().await.len(), 2);
}

fn owner() -> deploy_plugin::model::Owner {
    deploy_plugin::model::Owner { application: "shop".into(), environment: "dev".into() }
}
