//! How services roll: their deployments, and what happened last.

use deploy_ecs::rollouts::{Deployed, Rolling};

use crate::view::Style;
use crate::view::columns::{pad, row};
use crate::view::value::on_one_line;

/// Where the counts of a deployment begin, and the words of an event.
const COUNTS: usize = 34;
const WORDS: usize = 4;

/// One block a service.
pub fn rollouts_text(services: &[&Rolling], style: Style) -> String {
    match services.is_empty() {
        true => "no service is there\n".to_owned(),
        false => services.iter().map(|service| block(service, style)).collect::<Vec<_>>().join("\n"),
    }
}

fn block(service: &Rolling, style: Style) -> String {
    let state = match service.primary().and_then(|primary| primary.state.as_deref()) {
        Some("IN_PROGRESS") => style.careful("rolling out"),
        Some("FAILED") => style.bad("failed"),
        _ => style.good("in place"),
    };
    let mut text = format!("{}  {state}\n", style.strong(&service.address));
    for deployment in &service.deployments {
        let left = format!("  {}{}", pad(deployment.revision(), 22), deployment.status.to_lowercase());
        text.push_str(&format!("{}{}\n", pad(&left, COUNTS), counts(deployment, service.desired)));
        if let Some(reason) = deployment.reason.as_deref().filter(|_| deployment.state.as_deref() != Some("COMPLETED"))
        {
            text.push_str(&row("", WORDS, &on_one_line(reason), "", |words| style.faint(words).to_string()));
        }
    }
    if let Some(event) = &service.event {
        text.push_str(&row("", 2, &on_one_line(event), "", |words| style.faint(words).to_string()));
    }
    text
}

fn counts(deployment: &Deployed, desired: i32) -> String {
    let mut words = match deployment.status.as_str() {
        "PRIMARY" => vec![format!("{} of {desired} running", deployment.running)],
        _ => vec![format!("{} running", deployment.running)],
    };
    let mut add = |count: i32, what: &str| {
        if count > 0 {
            words.push(format!("{count} {what}"));
        }
    };
    add(deployment.pending, "pending");
    add(deployment.failed, "failed");
    words.join(", ")
}
