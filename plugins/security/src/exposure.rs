//! What a plan opens to the whole internet, and what it shuts in.

use deploy_kinds::security::{Group, Peer, Permission, PortRange, Protocol};
use deploy_plugin::Resource;
use deploy_plugin::model::{Action, Address, Finding, Plan};
use serde_json::Value;

use crate::quota;

/// The ports that are meant for everyone: HTTP and HTTPS.
const FOR_EVERYONE: [i32; 2] = [80, 443];

/// Warnings about the groups that a plan makes or changes.
pub fn findings(plan: &Plan) -> Vec<Finding> {
    let groups = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Create { inputs } | Action::Update { inputs, .. } => {
            Some((&step.address, group(&step.address, inputs)?))
        }
        Action::Retire { .. } | Action::Delete { .. } => None,
    });
    groups
        .flat_map(|(address, group)| [of_group(address, &group), quota::findings(plan, address, &group)].concat())
        .collect()
}

fn group(address: &Address, inputs: &Value) -> Option<Group> {
    let is_group = address.kind().to_string() == Group::KIND;
    if is_group { serde_json::from_value(inputs.clone()).ok() } else { None }
}

fn of_group(address: &Address, group: &Group) -> Vec<Finding> {
    let exposed = group.ingress.keys().filter(|permission| is_exposed(permission));
    let warning = |permission: &Permission| {
        Finding::warning(address.clone(), format!("ingress is open to the whole internet: `{permission}`"))
            .help("name the address ranges or groups that need it")
    };
    let mut findings: Vec<Finding> = exposed.map(warning).collect();
    if group.egress.is_empty() {
        let message = "no rule lets anything out: its members can pull no image and read no secret";
        findings.push(Finding::warning(address.clone(), message).help("add a rule under `egress`"));
    }
    findings
}

fn is_exposed(permission: &Permission) -> bool {
    let everyone = matches!(&permission.peer, Peer::Range(range) if range.prefix_len() == 0);
    let meant = |ports: PortRange| ports.from == ports.to && FOR_EVERYONE.contains(&ports.from);
    let web = permission.protocol == Protocol::Tcp && permission.ports.is_some_and(meant);
    everyone && !web
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(ingress: Value, egress: Value) -> Vec<String> {
        let group = json!({
            "group_name": "app", "description": "app", "vpc_id": { "$ref": "network.vpc.main#id" },
            "ingress": ingress, "egress": egress,
        });
        let address: Address = "security.group.app".parse().expect("an address");
        let group = super::group(&address, &group).expect("a group");
        of_group(&address, &group).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn only_web_ports_are_for_everyone() {
        let rule = json!({ "description": "" });
        let ingress = json!({
            "tcp 80 0.0.0.0/0": rule, "tcp 443 ::/0": rule, "tcp 22 10.0.0.0/8": rule, "all self": rule,
            "tcp 22 0.0.0.0/0": rule, "tcp 80-443 ::/0": rule, "all 0.0.0.0/0": rule, "udp 443 0.0.0.0/0": rule,
        });
        let open = |what: &str| format!("ingress is open to the whole internet: `{what}`");
        let expected = ["all 0.0.0.0/0", "tcp 22 0.0.0.0/0", "tcp 80-443 ::/0", "udp 443 0.0.0.0/0"].map(open);
        assert_eq!(told(ingress, json!({ "all 0.0.0.0/0": rule })), expected);
    }

    #[test]
    fn a_group_that_lets_nothing_out_is_worth_a_look() {
        assert_eq!(told(json!({}), json!({})).len(), 1);
    }
}
