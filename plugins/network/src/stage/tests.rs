//! What the section becomes, and every way in which it can be wrong.

use deploy_plugin::model::{Desired, Owner};
use deploy_plugin::{AnyStage, Blueprint};
use serde_json::{Value, json};

use super::*;

/// The values of a system with two public subnets.
const TWO_PUBLIC_SUBNETS: &str = r#"
    cidr = "10.0.0.0/16"
    [subnets.public_1]
    cidr = "10.0.1.0/24"
    zone = "a"
    public = true
    [subnets.public_2]
    cidr = "10.0.2.0/24"
    zone = "ap-northeast-1c"
    public = true
"#;

fn graph(section: &str) -> Result<Blueprint, Vec<Problem>> {
    let owner = Owner { application: "shop".into(), environment: "dev".into() };
    let cx = StageContext { owner, prefix: "shop-dev".into(), tags: [("team".into(), "x".into())].into() };
    let section: Value = toml::from_str(section).expect("toml");
    let mut graph = Graph::new();
    AnyStage::desired(&Network, &section, &cx, &mut graph).expect("a stage that works");
    graph.finish()
}

fn inputs(section: &str) -> Value {
    let blueprint = graph(section).unwrap_or_else(|problems| panic!("{problems:?}"));
    let resource = |desired: Desired| (desired.address.to_string(), desired.inputs);
    Value::Object(blueprint.desired.into_values().map(resource).collect())
}

/// Every problem of a section: `key: message / help`.
fn problems(section: &str) -> Vec<String> {
    let told = |problem: Problem| format!("{problem} / {}", problem.help.as_deref().unwrap_or("no help"));
    graph(section).expect_err("problems").into_iter().map(told).collect()
}

/// The problems of the two public subnets after some lines more.
fn problems_with(more: &str) -> Vec<String> {
    problems(&format!("{TWO_PUBLIC_SUBNETS}{more}"))
}

#[test]
fn two_public_subnets_are_a_whole_network() {
    let tags = |name: &str| json!({ "Name": name, "team": "x" });
    let vpc = json!({ "$ref": "network.vpc.main#id" });
    let subnet = |cidr: &str, zone: Value, name: &str| {
        json!({
            "vpc_id": vpc, "cidr_block": cidr, "availability_zone": zone,
            "map_public_ip_on_launch": false, "tags": tags(name),
        })
    };
    let region = json!({ "$text": [{ "$ref": "deploy.account.current#region" }, "a"] });
    let expected = json!({
        "network.internet_gateway.main": { "vpc_id": vpc, "tags": tags("shop-dev") },
        "network.route_table.public": {
            "vpc_id": vpc,
            "routes": { "0.0.0.0/0": { "$ref": "network.internet_gateway.main#id" } },
            "subnet_ids": [{ "$ref": "network.subnet.public_1#id" }, { "$ref": "network.subnet.public_2#id" }],
            "tags": tags("shop-dev-public"),
        },
        "network.subnet.public_1": subnet("10.0.1.0/24", region, "shop-dev-public_1"),
        "network.subnet.public_2": subnet("10.0.2.0/24", json!("ap-northeast-1c"), "shop-dev-public_2"),
        "network.vpc.main": {
            "cidr_block": "10.0.0.0/16", "enable_dns_support": true, "enable_dns_hostnames": true,
            "tags": tags("shop-dev"),
        },
    });
    assert_eq!(inputs(TWO_PUBLIC_SUBNETS), expected);
}

#[test]
fn an_empty_section_is_no_network() {
    assert_eq!(inputs(""), json!({}));
    assert_eq!(AnyStage::section(&Network).defaults["name"], json!("{prefix}"));
}

#[test]
fn private_subnets_need_no_gateway_and_no_table() {
    let all = inputs("cidr = '10.0.0.0/16'\n[subnets.inside]\ncidr = '10.0.1.0/24'\nzone = 'a'");
    let addresses: Vec<_> = all.as_object().expect("a map").keys().collect();
    assert_eq!(addresses, ["network.subnet.inside", "network.vpc.main"]);
}

#[test]
fn a_table_of_ones_own_takes_subnets_and_routes() {
    let all = inputs(&format!(
        "{TWO_PUBLIC_SUBNETS}
        [subnets.inside]
        cidr = '10.0.3.0/24'
        zone = 'a'
        route_table = 'inside'
        [route_tables.inside]
        routes = {{ '0.0.0.0/0' = 'nat-0123456789abcdef0', '0::0/0' = 'internet_gateway' }}"
    ));
    let table = &all["network.route_table.inside"];
    assert_eq!(table["subnet_ids"], json!([{ "$ref": "network.subnet.inside#id" }]));
    let gateway = json!({ "$ref": "network.internet_gateway.main#id" });
    assert_eq!(table["routes"], json!({ "0.0.0.0/0": "nat-0123456789abcdef0", "::/0": gateway }));
}

#[test]
fn an_existing_network_is_given_and_never_made() {
    let section = "[existing]\nvpc = 'vpc-0123456789abcdef0'\nsubnets = { public_1 = 'subnet-0123456789abcdef0' }";
    let blueprint = graph(section).expect("no problem");
    assert!(blueprint.desired.is_empty());
    let given = blueprint.given.iter();
    let given: Vec<_> = given.map(|(address, given)| format!("{} {address} {}", given.source, given.outputs)).collect();
    assert_eq!(
        given,
        [
            "network.existing.subnets.public_1 network.subnet.public_1 \
             {\"id\":\"subnet-0123456789abcdef0\",\"vpc_id\":\"vpc-0123456789abcdef0\"}",
            "network.existing.vpc network.vpc.main {\"id\":\"vpc-0123456789abcdef0\"}",
        ]
    );
}

#[test]
fn every_field_knows_its_key() {
    let blueprint = graph(TWO_PUBLIC_SUBNETS).expect("no problem");
    let source = |address: &str, field: &str| {
        let address = address.parse().expect("an address");
        blueprint.desired[&address].source_of(&field.parse().expect("a path")).to_string()
    };
    assert_eq!(source("network.vpc.main", "cidr_block"), "network.cidr");
    assert_eq!(source("network.subnet.public_1", "availability_zone"), "network.subnets.public_1.zone");
}

#[test]
fn ranges_that_cannot_be_are_all_named() {
    let told = problems_with(
        "[subnets.far]\ncidr = '10.9.0.0/24'\nzone = 'a'
        [subnets.odd]\ncidr = '10.0.7.1/24'\nzone = 'a'
        [subnets.wide]\ncidr = '10.0.2.128/25'\nzone = 'a'",
    );
    assert_eq!(
        told,
        [
            "network.subnets.odd.cidr: `10.0.7.1/24` is an address within a network, not a network \
             / the network is `10.0.7.0/24`",
            "network.subnets.far.cidr: `10.9.0.0/24` lies outside of the VPC's range `10.0.0.0/16` \
             / choose a part of `10.0.0.0/16`, or a larger `network.cidr`",
            "network.subnets.wide.cidr: the subnets `wide` (10.0.2.128/25) and `public_2` (10.0.2.0/24) overlap \
             / give each subnet a range of its own",
        ]
    );
}

#[test]
fn a_public_subnet_needs_the_gateway() {
    let told = problems(&format!("internet_gateway = false\n{TWO_PUBLIC_SUBNETS}"));
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0],
        "network.subnets.public_1.public: a public subnet needs the internet gateway \
         / remove `network.internet_gateway = false`, or `public = true` here"
    );
}

#[test]
fn a_route_table_must_be_declared() {
    let told = problems_with("[subnets.inside]\ncidr = '10.0.3.0/24'\nzone = 'a'\nroute_table = 'inner'");
    assert_eq!(
        told,
        ["network.subnets.inside.route_table: no route table `inner` is declared \
          / declare it: `[network.route_tables.inner]`, or use one of: `public`"]
    );
}

#[test]
fn routes_lead_from_a_range_to_a_target() {
    let told = problems(
        "cidr = '10.0.0.0/16'\n[route_tables.x.routes]\n'10.1.1.1/8' = 'nat-0123456789abcdef0'
        'all' = 'nat-0123456789abcdef0'\n'0.0.0.0/0' = 'internet_gateway'\n'::/0' = 'the moon'",
    );
    assert_eq!(told.len(), 4, "{told:#?}");
    assert_eq!(
        told[0],
        "network.route_tables.x.routes.\"0.0.0.0/0\": the network has no internet gateway \
         / set `network.internet_gateway = true`"
    );
    assert!(told[1].ends_with("the network is `10.0.0.0/8`"), "{}", told[1]);
    assert!(told[2].contains("no route can lead to `the moon`"), "{}", told[2]);
    assert!(told[3].contains("`all` is neither an address range nor a prefix list"), "{}", told[3]);
}

#[test]
fn zones_names_and_dns_are_checked() {
    let told = problems(
        "cidr = '10.0.0.0/16'\ndns_support = false
        [subnets.'a.b']\ncidr = '10.0.1.0/24'\nzone = 'b'
        [subnets.x]\ncidr = '10.0.2.0/24'\nzone = 'apne1-az1'",
    );
    assert_eq!(
        told,
        [
            "network.dns_hostnames: DNS names of instances need the VPC's DNS support \
             / set `network.dns_support = true`, or `network.dns_hostnames = false`",
            "network.subnets.\"a.b\": `a.b` cannot name a subnet / use letters, digits, `_` and `-`",
            "network.subnets.x.zone: `apne1-az1` is not an availability zone \
             / write its letter (`a`), or its whole name (`ap-northeast-1a`)",
        ]
    );
}

#[test]
fn parts_without_a_network_are_refused() {
    let told = problems("[subnets.x]\ncidr = '10.0.2.0/24'\nzone = 'a'");
    assert_eq!(
        told,
        ["network.subnets: `subnets` needs a network to be part of \
          / set `network.cidr`, such as `cidr = \"10.0.0.0/16\"`"]
    );
}

#[test]
fn an_existing_network_has_ids_and_nothing_else() {
    let told = problems("cidr = '10.0.0.0/16'\n[existing]\nvpc = 'main'");
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("network.cidr: `cidr` says nothing about a network that exists already"));
    assert!(told[1].starts_with("network.existing.vpc: `main` is not an id of the form `vpc-…`"));
}
