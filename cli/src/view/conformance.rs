//! What a plugin holds to: a line a case, and how many of each sort.

use deploy_conformance::{Outcome, Verdict};
use deploy_plugin::manifest::Manifest;
use serde_json::{Value, json};

use crate::view::Style;
use crate::view::columns::row;
use crate::view::value::on_one_line;

/// Where the words begin.
const WORDS: usize = 17;

/// One case. What went wrong stands below it, with the next step.
pub fn outcome_line(outcome: &Outcome, style: Style) -> String {
    let case = |mark: String, name: &dyn Fn(&str) -> String, words: &str| {
        row(&format!("{mark} {}", name(outcome.name)), WORDS, words, "", str::to_owned)
    };
    let below = |words: &str| row("", WORDS, &on_one_line(words), "", str::to_owned);
    let plain: &dyn Fn(&str) -> String = &|name| name.to_owned();
    let strong: &dyn Fn(&str) -> String = &|name| style.strong(name);
    match &outcome.verdict {
        Verdict::Passed => case(style.good("✓"), plain, outcome.means),
        Verdict::Skipped { why } => case(style.faint("–"), plain, &format!("skipped: {}", on_one_line(why))),
        Verdict::Warned { what } => case(style.careful("!"), plain, outcome.means) + &below(what),
        Verdict::Failed { what, help } => {
            let help = row(&format!("  {}", style.good("help:")), WORDS, help, "", str::to_owned);
            case(style.bad("✗"), strong, outcome.means) + &below(what) + &help
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
