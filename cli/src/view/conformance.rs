//! What a plugin holds to: a line a case, and how many of each sort.

use deploy_conformance::{Outcome, Verdict};
use deploy_plugin::manifest::Manifest;
use serde_json::{Value, json};

use crate::view::Style;

/// One case. What went wrong stands below it, with the next step.
pub fn outcome_line(outcome: &Outcome, style: Style) -> String {
    let name = format!("{:<15}", outcome.name);
    match &outcome.verdict {
        Verdict::Passed => format!("{} {name} {}\n", style.good("✓"), outcome.means),
        Verdict::Skipped { why } => format!("{} {name} skipped: {}\n", style.faint("–"), shown(why)),
        Verdict::Warned { what } => {
            format!("{} {name} {}\n    {}\n", style.careful("!"), outcome.means, shown(what))
        }
        Verdict::Failed { what, help } => {
            let name = style.strong(name);
            let help = format!("{} {help}", style.good("help:"));
            format!("{} {name} {}\n    {}\n    {help}\n", style.bad("✗"), outcome.means, shown(what))
        }
    }
}

/// The last line.
pub fn summary_line(manifest: &Manifest, outcomes: &[Outcome], style: Style) -> String {
    let [passed, warned, skipped, failed] = counts(outcomes);
    let mut parts = vec![format!("{} passed", passed + warned)];
    if warned > 0 {
        parts.push(format!("{warned} with a warning"));
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    parts.push(format!("{failed} failed"));
    let name = style.strong(format!("{} {}", manifest.name, manifest.version));
    format!("\n{name}: {}\n", parts.join(", "))
}

/// The same for programs.
pub fn conformance_json(manifest: &Manifest, outcomes: &[Outcome]) -> Value {
    let [passed, warned, skipped, failed] = counts(outcomes);
    json!({
        "plugin": manifest.name,
        "version": manifest.version,
        "cases": outcomes,
        "counts": { "passed": passed, "warned": warned, "skipped": skipped, "failed": failed },
    })
}

fn counts(outcomes: &[Outcome]) -> [usize; 4] {
    let mut counts = [0; 4];
    for outcome in outcomes {
        let sort = match outcome.verdict {
            Verdict::Passed => 0,
            Verdict::Warned { .. } => 1,
            Verdict::Skipped { .. } => 2,
            Verdict::Failed { .. } => 3,
        };
        counts[sort] += 1;
    }
    counts
}

/// What came from a plugin, on one line.
fn shown(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_line() {
        let outcome = |verdict| Outcome { name: "describe", means: "it says the same of itself", verdict };
        let outcomes = [
            outcome(Verdict::Passed),
            outcome(Verdict::Warned { what: "it takes any key".to_owned() }),
            outcome(Verdict::Skipped { why: "it has no stage".to_owned() }),
            outcome(Verdict::Failed { what: "it says\nthis and that".to_owned(), help: "say one thing".to_owned() }),
        ];
        let manifest = Manifest::parse("name = 'audit'\nversion = '0.1.0'\nprogram = 'main.py'").expect("a manifest");
        let lines: String = outcomes.iter().map(|outcome| outcome_line(outcome, Style::Plain)).collect();
        insta::assert_snapshot!(lines + &summary_line(&manifest, &outcomes, Style::Plain));
    }
}
