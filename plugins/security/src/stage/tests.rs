//! What the section becomes, and every way in which it can be wrong.

use deploy_plugin::model::{FieldRules, Owner};
use deploy_plugin::{AnyStage, Blueprint};
use serde_json::{Value, json};

use super::*;

const APPLICATION: &str = r#"
    [groups.app]
    description = "Security Group for Application"
    [groups.app.ingress.from_this]
    description = "Allow from This"
    protocol = "all"
    self = true
    [groups.app.ingress.http]
    description = "Allow from Any HTTP"
    protocol = "tcp"
    port = 80
    cidrs = ["0.0.0.0/0"]
    [groups.app.egress.any]
    description = "Allow to Any"
    protocol = "all"
    cidrs = ["0.0.0.0/0"]
"#;

fn graph(section: &str) -> Result<Blueprint, Vec<Problem>> {
    let owner = Owner { application: "shop".into(), environment: "dev".into() };
    let cx = StageContext { owner, prefix: "shop-dev".into(), tags: BTreeMap::new() };
    let section: Value = toml::from_str(section).expect("toml");
    let mut graph = Graph::new();
    AnyStage::desired(&Security, &section, &cx, &mut graph).expect("a stage that works");
    graph.finish()
}

fn inputs(section: &str, group: &str) -> Value {
    let blueprint = graph(section).unwrap_or_else(|problems| panic!("{problems:?}"));
    blueprint.desired[&format!("security.group.{group}").parse().expect("an address")].inputs.clone()
}

/// Every problem of a section: `key: message / help`.
fn problems(section: &str) -> Vec<String> {
    let told = |problem: Problem| format!("{problem} / {}", problem.help.as_deref().unwrap_or("no help"));
    graph(section).expect_err("problems").into_iter().map(told).collect()
}

/// The one problem of a group `app` whose only ingress rule `x` has these lines.
fn problem_of_rule(rule: &str) -> String {
    let mut told = problems(&format!("[groups.app.ingress.x]\n{rule}"));
    assert_eq!(told.len(), 1, "{told:#?}");
    told.remove(0).replace("security.groups.app.ingress.x", "x")
}

#[test]
fn each_rule_is_known_by_what_it_says() {
    let expected = json!({
        "group_name": "shop-dev-app",
        "description": "Security Group for Application",
        "vpc_id": { "$ref": "network.vpc.main#id" },
        "ingress": {
            "all self": { "description": "Allow from This" },
            "tcp 80 0.0.0.0/0": { "description": "Allow from Any HTTP" },
        },
        "egress": { "all 0.0.0.0/0": { "description": "Allow to Any" } },
        "tags": { "Name": "shop-dev-app" },
    });
    assert_eq!(inputs(APPLICATION, "app"), expected);
}

#[test]
fn groups_refer_to_each_other_by_name() {
    let section = "[groups.web]\nname = '{app}-{env}-front'
        [groups.database.ingress.web]\nprotocol = 'tcp'\nfrom_port = 5432\nto_port = 5433\ngroups = ['web', 'database']
        ipv6_cidrs = ['::/0']\nprefix_lists = ['pl-0123']";
    let rule = json!({ "description": "" });
    let expected = json!({
        "tcp 5432-5433 group web": { "description": "", "group": { "$ref": "security.group.web#id" } },
        "tcp 5432-5433 self": rule, "tcp 5432-5433 ::/0": rule, "tcp 5432-5433 pl-0123": rule,
    });
    assert_eq!(inputs(section, "database")["ingress"], expected);
    assert_eq!(inputs(section, "web")["group_name"], "shop-dev-front");
    assert_eq!(inputs(section, "web")["description"], "Managed by deploy");
}

#[test]
fn a_rule_knows_its_key_and_its_peer() {
    let blueprint = graph(APPLICATION).expect("no problem");
    let desired = blueprint.desired.values().next().expect("a group");
    let path = KeyPath::of(["ingress", "tcp 80 0.0.0.0/0", "description"]);
    assert_eq!(desired.source_of(&path).to_string(), "security.groups.app.ingress.http.description");

    let rules = FieldRules::from_schema(schemars::schema_for!(Group).as_value());
    let flags = rules.at(&KeyPath::of(["ingress", "tcp 80 group web", "group"]));
    assert_eq!(flags.refers.expect("a kind").to_string(), Group::KIND);
    assert!(flags.holds);
}

#[test]
fn ports_belong_to_tcp_and_udp() {
    let any = "cidrs = ['0.0.0.0/0']";
    let told = |lines: &str| problem_of_rule(&format!("{lines}\n{any}"));
    assert_eq!(
        told("protocol = 'tcp'"),
        "x.protocol: a rule for tcp needs its ports \
         / set `port`; for all of them `from_port = 0` and `to_port = 65535`"
    );
    assert!(told("protocol = 'all'\nport = 80").starts_with("x.port: a rule for the protocol `all` has no ports"));
    assert!(told("protocol = 'icmp'\nto_port = 8").starts_with("x.to_port: a rule for the protocol `icmp`"));
    assert!(told("protocol = 'tcp'\nfrom_port = 90\nto_port = 80").starts_with("x.from_port: `from_port` is above"));
    assert!(told("protocol = 'tcp'\nport = 80\nto_port = 80").starts_with("x.port: `port` is set together"));
    assert!(told("protocol = 'udp'\nfrom_port = 80").starts_with("x.from_port: `to_port` is missing"));
    assert!(told("protocol = 'udp'\nto_port = 80").starts_with("x.to_port: `from_port` is missing"));
    assert!(told("protocol = 'tcp'\nport = 70000").contains("70000"));
    assert!(told("protocol = 'smtp'\nport = 25").contains("unknown variant `smtp`"));
}

#[test]
fn peers_are_checked_one_by_one() {
    let told = |lines: &str| problem_of_rule(&format!("protocol = 'all'\n{lines}"));
    assert_eq!(
        told("description = 'x'"),
        "x: the rule says nothing about the other side \
         / add `cidrs`, `ipv6_cidrs`, `groups`, `prefix_lists` or `self = true`"
    );
    assert_eq!(
        told("cidrs = ['10.0.0.0/8', '10.1.2.3/16']"),
        "x.cidrs.1: `10.1.2.3/16` is an address within a network, not a network / the network is `10.1.0.0/16`"
    );
    assert_eq!(
        told("cidrs = ['10.0.0.1']"),
        "x.cidrs.0: `10.0.0.1` is not an address range / write it like `0.0.0.0/0`; a single address ends in `/32`"
    );
    assert_eq!(told("cidrs = ['::/0']"), "x.cidrs.0: `::/0` is an IPv6 range / move it to `ipv6_cidrs`");
    assert_eq!(told("ipv6_cidrs = ['0.0.0.0/0']"), "x.ipv6_cidrs.0: `0.0.0.0/0` is an IPv4 range / move it to `cidrs`");
    assert_eq!(
        told("groups = ['web']"),
        "x.groups.0: no security group `web` is declared / declare it: `[security.groups.web]`"
    );
    assert!(told("prefix_lists = ['s3']").starts_with("x.prefix_lists.0: `s3` is not the id of a prefix list"));
}

#[test]
fn nothing_is_said_twice() {
    let told = problems(
        "[groups.app.egress.a]\nprotocol = 'all'\ncidrs = ['0.0.0.0/0']
         [groups.app.egress.b]\nprotocol = 'all'\ncidrs = ['0.0.0.0/0']
         [groups.app.ingress.c]\nprotocol = 'all'\nself = true\ngroups = ['app']",
    );
    assert_eq!(
        told,
        [
            "security.groups.app.ingress.c: the rule says `all self` twice \
             / AWS knows a rule by its protocol, ports and peer: keep one",
            "security.groups.app.egress.b: the rules `b` and `a` both say `all 0.0.0.0/0` \
             / AWS knows a rule by its protocol, ports and peer: keep one",
        ]
    );
}

#[test]
fn names_and_descriptions_are_checked() {
    let told = problems(
        "[groups.a]\nname = 'sg-app'\ndescription = ''
         [groups.b]\nname = 'same'\n[groups.c]\nname = 'same'\ndescription = 'Größe'
         [groups.c.egress.x]\nprotocol = 'all'\nself = true\ndescription = \"it's\"",
    );
    assert_eq!(told.len(), 5, "{told:#?}");
    assert!(told[0].starts_with("security.groups.a.name: the name of a security group cannot begin with `sg-`"));
    assert!(told[1].starts_with("security.groups.a.description: AWS makes no security group without"));
    assert!(told[2].starts_with("security.groups.c.name: the groups `c` and `b` have the same name, `same`"));
    assert!(told[3].starts_with("security.groups.c.description: AWS does not allow `ö` here"));
    assert!(told[4].starts_with("security.groups.c.egress.x.description: AWS does not allow `'` here"));
}
