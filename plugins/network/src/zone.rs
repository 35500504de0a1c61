//! Whether the availability zones that a file names by their whole names lie in the region of the plan.

use deploy_kinds::network::Subnet;
use deploy_plugin::Resource;
use deploy_plugin::model::{Action, Finding, Plan, Step};

/// The input that names the zone.
const ZONE: &str = "availability_zone";

/// What blocks a plan: AWS would refuse the subnet, but only after the VPC is made.
pub fn findings(plan: &Plan) -> Vec<Finding> {
    let written = |finding: &Finding| {
        let change = plan.changes.iter().find(|change| change.address == finding.address)?;
        change.fields.iter().find(|field| field.path.to_string() == ZONE)?.origin.clone()
    };
    let found = plan.steps.iter().filter_map(|step| elsewhere(step, &plan.place.region));
    found.map(|finding| Finding { origin: written(&finding), ..finding }).collect()
}

fn elsewhere(step: &Step, region: &str) -> Option<Finding> {
    let inputs = match &step.action {
        Action::Create { inputs } | Action::Update { inputs, .. } => inputs,
        Action::Retire { .. } | Action::Delete { .. } => return None,
    };
    let is_subnet = step.address.kind().to_string() == Subnet::KIND;
    let zone = inputs.get(ZONE)?.as_str().filter(|zone| is_subnet && !zone.starts_with(region))?;
    let finding = Finding::blocked(step.address.clone(), format!("the zone `{zone}` is not in the region {region}"));
    Some(finding.help("write the letter alone, as in `zone = \"a\"`, or correct `aws.region`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_plugin::model::{Owner, PLAN_FORMAT, Place};
    use serde_json::json;

    fn plan(zone: &str) -> Plan {
        let step = json!({
            "id": 0, "address": "network.subnet.a", "after": [],
            "action": { "do": "create", "inputs": { "availability_zone": zone } },
        });
        let text = |text: &str| text.to_owned();
        Plan {
            format: PLAN_FORMAT,
            owner: Owner { application: text("shop"), environment: text("dev") },
            place: Place { account: text("1"), region: text("us-west-2"), partition: text("aws"), local: true },
            destroy: false,
            configuration: String::new(),
            changes: Vec::new(),
            steps: vec![serde_json::from_value(step).expect("a step")],
            unchanged: Vec::new(),
            findings: Vec::new(),
        }
    }

    #[test]
    fn a_zone_of_another_region_blocks() {
        for zone in ["us-west-2a", "us-west-2-lax-1a"] {
            assert_eq!(findings(&plan(zone)), [], "{zone}");
        }
        let found = findings(&plan("eu-west-1a"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "the zone `eu-west-1a` is not in the region us-west-2");
    }
}
