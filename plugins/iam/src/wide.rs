//! Warns of statements that allow more than anyone is likely to mean.

use deploy_kinds::iam::{Effect, Role, Statement};
use deploy_plugin::Resource;
use deploy_plugin::model::{Action, Finding, Step};

use crate::grant::{EXECUTE_COMMAND, WRITE_LOGS};

/// What the role of one step is allowed too much of.
pub(crate) fn findings(step: &Step) -> Vec<Finding> {
    let (Action::Create { inputs } | Action::Update { inputs, .. }) = &step.action else { return Vec::new() };
    if step.address.kind().to_string() != Role::KIND {
        return Vec::new();
    }
    let Ok(role) = serde_json::from_value::<Role>(inputs.clone()) else { return Vec::new() };
    let statements = role.policies.iter().flat_map(|(policy, document)| {
        document.statements.iter().filter_map(move |(sid, statement)| {
            let what = excess(statement)?;
            let message = format!("wide: `{sid}` of the policy `{policy}` allows {what}");
            Some(Finding::warning(step.address.clone(), message).help("name the actions and the resources"))
        })
    });
    statements.collect()
}

/// What a statement allows beyond measure, if anything.
fn excess(statement: &Statement) -> Option<String> {
    if statement.effect == Effect::Deny {
        return None;
    }
    if !statement.not_actions.is_empty() || statement.actions.fixed().any(|action| action == "*") {
        return Some("every action".to_owned());
    }
    let everywhere = !statement.not_resources.is_empty() || statement.resources.fixed().any(|resource| resource == "*");
    if !everywhere {
        return None;
    }
    let action = statement.actions.fixed().find(|action| writes(action) && !needs_everything(action))?;
    Some(format!("`{action}` on every resource"))
}

/// Whether an action does more than look. Wildcards count as writing unless they stand behind a verb that reads.
fn writes(action: &str) -> bool {
    const READING: [&str; 5] = ["Get", "List", "Describe", "BatchGet", "BatchCheck"];
    let verb = action.split_once(':').map_or(action, |(_, verb)| verb);
    !READING.iter().any(|reading| verb.starts_with(reading))
}

/// Whether the action is one of those that are granted on everything by name, knowingly.
fn needs_everything(action: &str) -> bool {
    WRITE_LOGS.contains(&action) || EXECUTE_COMMAND.contains(&action)
}

#[cfg(test)]
mod tests {
    use deploy_plugin::model::StepId;
    use serde_json::json;

    use super::*;

    fn messages(actions: &[&str], resources: &[&str], effect: &str) -> Vec<String> {
        let statement = json!({"effect": effect, "actions": actions, "resources": resources});
        let inputs = json!({
            "name": "r", "path": "/", "trust": {"statements": {}}, "max_session_duration": 3600,
            "policies": {"p": {"statements": {"S": statement}}},
        });
        let step = Step {
            id: StepId(0),
            address: "iam.role.r".parse().expect("an address"),
            action: Action::Create { inputs },
            after: Vec::new(),
        };
        findings(&step).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn writing_to_everything_is_wide() {
        assert_eq!(
            messages(&["s3:PutObject"], &["*"], "Allow"),
            ["wide: `S` of the policy `p` allows `s3:PutObject` on every resource"]
        );
        assert_eq!(messages(&["*"], &["arn:x"], "Allow"), ["wide: `S` of the policy `p` allows every action"]);
        assert_eq!(messages(&["s3:*"], &["*"], "Allow").len(), 1);
    }

    #[test]
    fn reading_denying_and_what_the_grants_allow_are_not() {
        assert_eq!(messages(&["s3:GetObject", "ecr:BatchGetImage"], &["*"], "Allow"), Vec::<String>::new());
        assert_eq!(messages(&["s3:PutObject"], &["arn:aws:s3:::b/*"], "Allow"), Vec::<String>::new());
        assert_eq!(messages(&["*"], &["*"], "Deny"), Vec::<String>::new());
        assert_eq!(messages(&WRITE_LOGS, &["*"], "Allow"), Vec::<String>::new());
        assert_eq!(messages(&EXECUTE_COMMAND, &["*"], "Allow"), Vec::<String>::new());
    }
}
