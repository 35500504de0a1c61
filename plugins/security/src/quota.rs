//! How many rules a group can have.

use deploy_kinds::security::{Group, Peer, Permission};
use deploy_plugin::model::{Address, Finding, Plan};
use ipnet::IpNet;

/// The rules of one group, direction and version of IP, unless the account's quota was raised. Ranges count for their
/// own version, and groups and prefix lists for both; a prefix list for as many rules as it may have entries, which
/// only AWS knows.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const MOST: usize = 60;

/// A warning for each direction with more rules than an account has by default.
pub fn findings(plan: &Plan, address: &Address, group: &Group) -> Vec<Finding> {
    let origin = plan.changes.iter().find(|change| change.address == *address).and_then(|change| change.origin.clone());
    let directions = [("ingress", group.ingress.keys().collect()), ("egress", group.egress.keys().collect())];
    let found = directions.iter().filter_map(|(direction, rules)| finding(address, direction, rules));
    found.map(|finding| Finding { origin: origin.clone(), ..finding }).collect()
}

fn finding(address: &Address, direction: &str, rules: &Vec<&Permission>) -> Option<Finding> {
    let of_version = |is_foreign: fn(&IpNet) -> bool| {
        rules.iter().filter(|rule| !matches!(&rule.peer, Peer::Range(range) if is_foreign(range))).count()
    };
    let is_v4 = |range: &IpNet| matches!(range, IpNet::V4(_));
    let is_v6 = |range: &IpNet| matches!(range, IpNet::V6(_));
    let most = of_version(is_v4).max(of_version(is_v6));
    (most > MOST).then(|| {
        let message = format!("{direction} has {most} rules, and an account's quota is {MOST} unless it was raised");
        Finding::warning(address.clone(), message).help("join address ranges, or split the group in two")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

    fn told(ranges: impl Iterator<Item = String>) -> Vec<String> {
        let rules: Map<String, Value> =
            ranges.map(|range| (format!("tcp 443 {range}"), json!({ "description": "" }))).collect();
        let group = json!({
            "group_name": "app", "description": "app", "vpc_id": "vpc-1", "ingress": rules, "egress": {},
        });
        let group: Group = serde_json::from_value(group).expect("a group");
        let address = "security.group.app".parse().expect("an address");
        let directions = [finding(&address, "ingress", &group.ingress.keys().collect())];
        directions.into_iter().flatten().map(|finding| finding.message).collect()
    }

    #[test]
    fn more_rules_than_the_quota_are_told() {
        let v4 = |count: usize| (0..count).map(|number| format!("10.0.{number}.0/24"));
        let v6 = |count: usize| (0..count).map(|number| format!("2001:db8:{number}::/48"));
        assert!(told(v4(60)).is_empty());
        assert!(told(v4(60).chain(v6(60))).is_empty(), "each version has its own quota");
        assert_eq!(told(v4(61)), ["ingress has 61 rules, and an account's quota is 60 unless it was raised"]);
    }
}
