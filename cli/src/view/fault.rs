//! A failed operation: what failed, where, in whose words, and what to do.

use deploy_engine::Failure;
use deploy_model::{Fault, FaultKind};

use crate::view::Style;
use crate::view::columns::row;
use crate::view::diagnostic::help_line;
use crate::view::value::on_one_line;

/// Where the details begin.
const DETAILS: usize = 13;

/// One fault, under the heading of what was attempted.
pub fn fault_text(what: &str, fault: &Fault, style: Style) -> String {
    let mut text = format!("{} {}\n", style.bad("error:"), style.strong(what));
    let mut detail = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&row(&format!("  {name}"), DETAILS, &on_one_line(value), "", str::to_owned));
        }
    };
    detail("reason", Some(&fault.message));
    detail("operation", fault.operation.as_deref());
    detail("code", fault.code.as_deref());
    detail("request", fault.request_id.as_deref());
    for named in &fault.details {
        for (index, line) in named.lines.iter().enumerate() {
            let name = if index == 0 { named.name.as_str() } else { "" };
            text.push_str(&row(&format!("  {name}"), DETAILS, &on_one_line(line), "", str::to_owned));
        }
    }
    if let Some(help) = fault.help.as_deref().or(general_help(fault)) {
        text.push_str(&help_line(help, style));
    }
    text
}

/// Every failure of a run, one beneath the other.
pub fn failures_text(failures: &[Failure], style: Style) -> String {
    let one = |failure: &Failure| fault_text(&failure.address.to_string(), &failure.fault, style);
    failures.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The next step where the operation itself names none.
fn general_help(fault: &Fault) -> Option<&'static str> {
    match fault.kind {
        FaultKind::Denied => Some("the caller lacks a permission that the reason names"),
        FaultKind::Throttled => Some("AWS asked for fewer requests; run the same command again in a minute"),
        FaultKind::Unavailable | FaultKind::Timeout => {
            Some("run the same command again: it first looks what became of this")
        }
        FaultKind::Internal => {
            Some("this is a defect in `deploy` or in a plugin; please report it with the lines above")
        }
        FaultKind::Invalid
        | FaultKind::NotFound
        | FaultKind::Conflict
        | FaultKind::Cancelled
        | FaultKind::RolloutFailed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_whose_and_what_next() {
        let message = "User: arn:aws:sts::123456789012:assumed-role/ci/run-8812 is not authorized to perform: \
                       iam:PassRole on resource: arn:aws:iam::123456789012:role/shop-task";
        let mut fault = Fault::new(FaultKind::Denied, message);
        fault.operation = Some("RegisterTaskDefinition".to_owned());
        fault.code = Some("AccessDeniedException".to_owned());
        fault.request_id = Some("8d1c-77".to_owned());
        insta::assert_snapshot!(fault_text("ecs.task_definition.web", &fault, Style::Plain));
    }

    #[test]
    fn what_a_fault_rests_on_stands_beneath_it() {
        let fault = Fault::new(FaultKind::RolloutFailed, "the rollout did not succeed: tasks failed to start")
            .detail("stopped", vec!["3 tasks stopped: Essential container in task exited".to_owned()])
            .detail("log", vec!["web | cannot connect".to_owned(), "web | \u{1b}[31mgiving up".to_owned()])
            .help("correct the cause and apply again");
        insta::assert_snapshot!(fault_text("ecs.service.web", &fault, Style::Plain));
    }
}
