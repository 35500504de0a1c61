//! Each kind against the embedded AWS: what is made is found as it was asked for, changes and goes.

use deploy_network::{InternetGatewayKind, RouteTableKind, SubnetKind, VpcKind};
use deploy_plugin::erase;
use serde_json::{Value, json};

use deploy_testing::{Aws, Driver};

struct Network {
    aws: Aws,
    vpcs: Driver,
    gateways: Driver,
    subnets: Driver,
    tables: Driver,
}

async fn network() -> Network {
    let aws = Aws::start().await;
    Network {
        vpcs: Driver::new(erase(VpcKind::new(&aws.clients))),
        gateways: Driver::new(erase(InternetGatewayKind::new(&aws.clients))),
        subnets: Driver::new(erase(SubnetKind::new(&aws.clients))),
        tables: Driver::new(erase(RouteTableKind::new(&aws.clients))),
        aws,
    }
}

fn vpc(support: bool, hostnames: bool) -> Value {
    json!({
        "cidr_block": "10.0.0.0/16", "enable_dns_support": support, "enable_dns_hostnames": hostnames,
        "tags": { "Name": "shop-dev" },
    })
}

fn gateway(vpc: Value) -> Value {
    json!({ "vpc_id": vpc, "tags": {} })
}

fn subnet(vpc: &str, number: u8, map_public_ip: bool) -> Value {
    json!({
        "vpc_id": vpc, "cidr_block": format!("10.0.{number}.0/24"), "availability_zone": "ap-northeast-1a",
        "map_public_ip_on_launch": map_public_ip, "tags": { "Name": format!("shop-dev-{number}") },
    })
}

fn table(vpc: &str, routes: Value, subnets: &[&str]) -> Value {
    json!({ "vpc_id": vpc, "routes": routes, "subnet_ids": subnets, "tags": { "Name": "shop-dev-public" } })
}

#[tokio::test]
async fn a_vpc_lives() {
    let Network { aws, vpcs, .. } = network().await;
    vpcs.create("main", vpc(true, true)).await;
    assert_eq!(aws.calls(), ["CreateVpc", "ModifyVpcAttribute"]);
    assert_eq!(vpcs.only().await.inputs, vpc(true, true));
    assert_eq!(aws.calls(), ["DescribeVpcs", "DescribeVpcAttribute", "DescribeVpcAttribute"]);
    vpcs.becomes(vpc(false, false)).await;
    vpcs.becomes(vpc(true, true)).await;
    let mut tagged = vpc(true, true);
    tagged["tags"] = json!({ "team": "x" });
    aws.calls();
    vpcs.becomes(tagged).await;
    assert_eq!(aws.calls()[3..5], ["CreateTags", "DeleteTags"]);
    vpcs.retires_and_goes().await;
}

#[tokio::test]
async fn an_internet_gateway_lives() {
    let Network { aws, vpcs, gateways, .. } = network().await;
    let first = vpcs.create("main", vpc(true, false)).await.id;
    let second = vpcs.create("other", vpc(true, false)).await.id;
    aws.calls();
    gateways.create("main", gateway(json!(first))).await;
    assert_eq!(aws.calls(), ["CreateInternetGateway", "AttachInternetGateway"]);
    assert_eq!(gateways.only().await.inputs, gateway(json!(first)));
    gateways.becomes(gateway(json!(second))).await;
    gateways.becomes(gateway(Value::Null)).await;
    gateways.becomes(gateway(json!(first))).await;
    gateways.retires_and_goes().await;
}

#[tokio::test]
async fn a_subnet_lives() {
    let Network { aws, vpcs, subnets, .. } = network().await;
    let vpc = vpcs.create("main", vpc(true, false)).await.id;
    aws.calls();
    subnets.create("public_1", subnet(&vpc, 1, true)).await;
    assert_eq!(aws.calls(), ["CreateSubnet", "ModifySubnetAttribute"]);
    assert_eq!(subnets.only().await.inputs, subnet(&vpc, 1, true));
    subnets.becomes(subnet(&vpc, 1, false)).await;
    subnets.retires_and_goes().await;
}

#[tokio::test]
async fn a_route_table_lives() {
    let Network { aws, vpcs, gateways, subnets, tables } = network().await;
    let vpc = vpcs.create("main", vpc(true, false)).await.id;
    let gateway = gateways.create("main", gateway(json!(vpc))).await.id;
    let one = subnets.create("public_1", subnet(&vpc, 1, false)).await.id;
    let two = subnets.create("public_2", subnet(&vpc, 2, false)).await.id;
    let everywhere = json!({ "0.0.0.0/0": gateway });
    aws.calls();
    let made = tables.create("public", table(&vpc, everywhere.clone(), &[&one, &two])).await;
    assert_eq!(aws.calls(), ["CreateRouteTable", "CreateRoute", "AssociateRouteTable", "AssociateRouteTable"]);
    let found = tables.only().await;
    assert_eq!(found.outputs, made.outputs);
    let mut ids = vec![json!(one), json!(two)];
    ids.sort_by_key(ToString::to_string);
    assert_eq!(found.inputs["subnet_ids"], Value::Array(ids));
    assert_eq!(found.inputs["routes"], everywhere);
    tables.becomes(table(&vpc, json!({ "10.9.0.0/16": gateway }), &[&one])).await;
    tables.becomes(table(&vpc, json!({ "10.9.0.0/16": gateway, "0.0.0.0/0": gateway }), &[&two])).await;
    tables.retires_and_goes().await;
}

#[tokio::test]
async fn a_subnet_moves_from_one_table_to_another() {
    let Network { aws, vpcs, subnets, tables, .. } = network().await;
    let vpc = vpcs.create("main", vpc(true, false)).await.id;
    let one = subnets.create("public_1", subnet(&vpc, 1, false)).await.id;
    let before = tables.create("before", table(&vpc, json!({}), &[&one])).await;
    aws.calls();
    let after = tables.create("after", table(&vpc, json!({}), &[&one])).await;
    assert_eq!(aws.calls()[2..], ["DescribeRouteTables", "ReplaceRouteTableAssociation"]);
    let live = tables.discover().await;
    let of = |id: &str| live.iter().find(|table| table.id == id).expect("a table").outputs.clone();
    assert_eq!(of(&after.id), after.outputs);
    assert_eq!(of(&before.id)["associations"], json!({}));
    tables.delete(before).await;
    tables.delete(after).await;
}

#[tokio::test]
async fn a_refusal_halfway_makes_no_twin() {
    let Network { aws, vpcs, gateways, .. } = network().await;
    aws.refuse("ModifyVpcAttribute", "InvalidVpcID.NotFound");
    vpcs.create("main", vpc(true, true)).await;
    assert_eq!(aws.calls(), ["CreateVpc", "ModifyVpcAttribute", "ModifyVpcAttribute"]);
    let vpc = vpcs.only().await.id;
    aws.refuse("AttachInternetGateway", "RequestLimitExceeded");
    gateways.create("main", gateway(json!(vpc))).await;
    assert_eq!(gateways.only().await.inputs, gateway(json!(vpc)));
}

#[tokio::test]
async fn what_belongs_to_others_is_looked_up_in_one_call() {
    let Network { aws, vpcs, subnets, .. } = network().await;
    let vpc = vpcs.create("main", vpc(true, false)).await.id;
    let one = subnets.create("public_1", subnet(&vpc, 1, false)).await.id;
    let two = subnets.create("public_2", subnet(&vpc, 2, false)).await.id;
    aws.calls();
    let seen = vpcs.look_up(&[&vpc, "vpc-0123456789abcdef0"]).await;
    assert_eq!(json!(seen), json!({ &vpc: { "id": vpc } }));
    let seen = subnets.look_up(&[&one, &two, "subnet-0123456789abcdef0"]).await;
    let outputs = |id: &str| json!({ "id": id, "vpc_id": vpc });
    assert_eq!(json!(seen), json!({ &one: outputs(&one), &two: outputs(&two) }));
    assert_eq!(aws.calls(), ["DescribeVpcs", "DescribeSubnets"]);
}
