//! What there is after a run in which nothing goes wrong, and how what there is after a trial differs from it.

use deploy_bench::{Fault, Signal};
use serde_json::Value;

use super::cloud::Provider;
use super::inventory;
use super::setting::{Setting, Way};
use super::stand::Run;
use super::strike::Strike;

/// What there is after a run in which nothing goes wrong.
pub struct Goal {
    pub inventory: Value,
    /// What a plan would change after one such run, and after two: moto does not keep all that it is told.
    pub pending: [Vec<String>; 2],
    /// What the second one changes for that reason.
    pub rest: Vec<String>,
}

/// What there is after a trial.
pub struct Aftermath {
    /// The runs that were struck.
    pub struck: Vec<(Strike, Run)>,
    /// The same command again.
    pub again: Run,
    /// The plan after that.
    pub next: Run,
    pub inventory: Value,
}

/// Why a trial failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// In words that are the same for the same reason.
    pub cause: String,
    /// What else is wrong, and what there is otherwise than it should.
    pub details: Vec<String>,
    /// What the runs said.
    pub said: String,
}

impl Goal {
    /// What is wrong with the goal itself: what a clean run leaves to be done.
    pub fn left_to_do(&self, setting: Setting) -> Vec<String> {
        match (setting.way, setting.provider) {
            (Way::Down, _) => inventory::owned(&self.inventory),
            (_, Provider::Embedded) => [self.pending.concat(), self.rest.clone()].concat(),
            (_, Provider::Moto) => Vec::new(),
        }
    }

    /// Whether it was reached.
    ///
    /// # Errors
    /// Where it was not, and how.
    pub fn must_be_reached(&self, after: &Aftermath) -> Result<(), Failure> {
        let differences = inventory::differences(&self.inventory, &after.inventory);
        let twins = inventory::twins(&self.inventory, &after.inventory);
        let left = pending(&after.next);
        let found = [
            (!twins.is_empty()).then(|| "something was made twice".to_owned()),
            after.wrong_end(),
            self.not_done(after),
            (!differences.is_empty()).then(|| "what there is in the end is something else".to_owned()),
            (!self.pending.contains(&left)).then(|| format!("something is left to do: {}", left.join(", "))),
        ];
        let mut causes = found.into_iter().flatten();
        let Some(cause) = causes.next() else { return Ok(()) };
        Err(Failure { cause, details: causes.chain(differences).collect(), said: after.said() })
    }

    /// Why the second run is none that should follow the first.
    fn not_done(&self, after: &Aftermath) -> Option<String> {
        let (code, writes) = (after.again.outcome.code, after.again.writes());
        if code != 0 {
            Some(format!("the second run ended with {code}: {}", last_words(&after.again)))
        } else if after.said_done() && writes != self.rest {
            Some(format!("said that it was done, and was not: {}", writes.join(", ")))
        } else {
            None
        }
    }
}

impl Aftermath {
    /// Whether the last of the struck runs said that all was done.
    fn said_done(&self) -> bool {
        self.struck.last().is_some_and(|(_, run)| run.outcome.code == 0)
    }

    fn wrong_end(&self) -> Option<String> {
        self.struck.iter().find_map(|(strike, run)| wrong_end(strike, run))
    }

    fn said(&self) -> String {
        let struck = self.struck.iter().map(|(_, run)| run);
        struck.chain([&self.again, &self.next]).map(Run::said).collect::<Vec<_>>().join("\n--- then\n")
    }
}

/// How a struck run must not end: it is done or can safely be run again, unless a signal ended it.
fn wrong_end(strike: &Strike, run: &Run) -> Option<String> {
    let right: &[i32] = match strike.blow.fault {
        Fault::Signalled(Signal::Kill, _) => &[-1, 0],
        Fault::Signalled(Signal::Interrupt, _) => &[130, 0],
        // Bad input, where nobody accepts the key that came in.
        Fault::Expired => &[1, 0, 3],
        _ => &[1, 0],
    };
    let code = run.outcome.code;
    (!right.contains(&code)).then(|| format!("a struck run ended with {code}: {}", last_words(run)))
}

/// What a plan changes, by resource and field.
pub fn pending(plan: &Run) -> Vec<String> {
    let Ok(plan) = serde_json::from_str::<Value>(&plan.outcome.stdout) else {
        return vec![format!("no plan: {}", last_words(plan))];
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = plan["changes"].as_array().into_iter().flatten().flat_map(|change| {
        let fields = change["fields"].as_array().into_iter().flatten().map(|field| text(&field["path"]));
        let head = format!("{} {}", text(&change["verb"]), text(&change["address"]));
        [head].into_iter().chain(fields)
    });
    changes.collect()
}

/// The first error, or what was said last.
fn last_words(run: &Run) -> String {
    let said = run.said();
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = lines.clone().find(|line| line.trim_start().starts_with("error"));
    error.or_else(|| lines.next_back()).unwrap_or_default().trim().to_owned()
}
