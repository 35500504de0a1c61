//! One trial: a run in which one call goes wrong, the same command again, and what there is then.

use std::fmt;

use serde_json::Value;

use super::blow::{Blow, Target};
use super::cloud::{Cloud, Provider};
use super::inventory;
use super::stand::{Happening, Run, Stand};
use crate::project::Project;

/// Which way the run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `deploy apply`, from nothing.
    Up,
    /// `deploy apply`, where the files say something else since the last one.
    On,
    /// `deploy destroy`, from all that apply makes.
    Down,
}

/// A firewall's rule, a subnet, which is replaced, a log, and a revision with its rollout.
const CHANGES: [&str; 8] = [
    "--set",
    "security.groups.app.ingress.from_any_http.port=8080",
    "--set",
    "network.subnets.public_2.cidr=10.0.3.0/24",
    "--set",
    "ecs.services.ecs_service.log_retention_days=14",
    "--set",
    "ecs.services.ecs_service.memory=1024",
];

impl Way {
    /// What is run.
    fn command(self) -> Vec<&'static str> {
        match self {
            Self::Up => vec!["apply", "dev", "--yes"],
            Self::On => [&["apply", "dev", "--yes", "--allow-destroy"], &CHANGES[..]].concat(),
            Self::Down => vec!["destroy", "dev", "--yes", "--allow-destroy"],
        }
    }

    /// What tells what is left to do.
    fn look(self) -> Vec<&'static str> {
        match self {
            Self::Up => vec!["plan", "dev", "--format", "json"],
            Self::On => [&["plan", "dev", "--format", "json"], &CHANGES[..]].concat(),
            Self::Down => Self::Up.look(),
        }
    }
}

/// Which run is swept, where, and under which conditions.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub provider: Provider,
    pub way: Way,
    /// Settings of the embedded AWS.
    pub settings: &'static [(&'static str, &'static str)],
    /// How many reads every read lags behind.
    pub lag: usize,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Up => "apply",
            Way::On => "apply with changes",
            Way::Down => "destroy",
        };
        let provider = match self.provider {
            Provider::Embedded => "the embedded AWS",
            Provider::Moto => "moto",
        };
        write!(f, "{way} on {provider}")?;
        self.settings.iter().try_for_each(|(name, value)| write!(f, ", {name}={value}"))?;
        if self.lag > 0 { write!(f, ", reads lag by {}", self.lag) } else { Ok(()) }
    }
}

/// What was found out once, for all trials of a setting.
pub struct Prepared {
    setting: Setting,
    start: Start,
    /// The calls of a run in which nothing goes wrong.
    pub targets: Vec<(Target, IsWrite)>,
    goal: Goal,
}

/// What there is after a run in which nothing goes wrong.
struct Goal {
    inventory: Value,
    /// What a plan would change after one such run, and after two: moto does not keep all that it is told.
    pending: [Vec<String>; 2],
    /// What the second one changes for that reason.
    rest: Vec<String>,
}

/// Whether a call changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsWrite(pub bool);

/// Where trials begin.
enum Start {
    Empty,
    /// After a clean apply, which each trial gets a copy of.
    Saved(Vec<u8>, Project),
    /// After a clean apply, which each trial makes for itself.
    Made,
}

/// What came of a trial.
pub enum Verdict {
    /// All is as after a clean run.
    Mended,
    /// The same, but the call never came: where something is asked for until it is there, not every run asks as often.
    Missed,
    /// Something is not as after a clean run.
    Failed(Failure),
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

impl Prepared {
    /// Runs without any fault.
    ///
    /// # Errors
    /// Where even that fails: what was said.
    pub fn new(setting: Setting) -> Result<Self, String> {
        let start = Start::of(setting);
        let stand = start.stand(setting);
        let run = |lag| stand.run(&setting.way.command(), &Happening::new(None, lag));
        let look = || pending(&stand.run(&setting.way.look(), &Happening::default()));
        let clean = run(setting.lag);
        if clean.outcome.code != 0 {
            return Err(clean.said());
        }
        stand.cloud.catch_up();
        let inventory = stand.cloud.inventory();
        let first = look();
        let rest = run(0).writes();
        let goal = Goal { inventory, pending: [first, look()], rest };
        if setting.provider == Provider::Embedded && setting.way != Way::Down {
            assert!(
                goal.rest.is_empty() && goal.pending.iter().all(Vec::is_empty),
                "something is left after a clean run"
            );
        }
        let targets = clean.calls.iter().map(|call| (Target::of(call), IsWrite(!call.is_read()))).collect();
        Ok(Self { setting, start, targets, goal })
    }

    /// Runs with a fault, and again without. Says what came of it.
    pub fn attempt(&self, target: &Target, blow: Blow) -> Verdict {
        let (command, lag) = (self.setting.way.command(), self.setting.lag);
        let stand = self.start.stand(self.setting);
        let happening = Happening::new(Some((target.clone(), blow)), lag);
        let struck = stand.run(&command, &happening);
        if struck.outcome.code == 0 {
            // Nobody runs a command again at once that has succeeded.
            stand.cloud.catch_up();
        }
        let again = stand.run(&command, &Happening::new(None, lag));
        stand.cloud.catch_up();
        let next = stand.run(&self.setting.way.look(), &Happening::default());
        let found = stand.cloud.inventory();
        let mut causes: Vec<String> = wrong_end(&struck).into_iter().collect();
        if !inventory::twins(&self.goal.inventory, &found).is_empty() {
            causes.push("something was made twice".to_owned());
        }
        causes.extend(self.not_done(&struck, &again));
        let differences = inventory::differences(&self.goal.inventory, &found);
        if !differences.is_empty() {
            causes.push("what there is in the end is something else".to_owned());
        }
        let left = pending(&next);
        if !self.goal.pending.contains(&left) {
            causes.push(format!("something is left to do: {}", left.join(", ")));
        }
        if causes.is_empty() {
            return if happening.has_struck() { Verdict::Mended } else { Verdict::Missed };
        }
        let said = [struck.said(), again.said(), next.said()].join("\n--- then\n");
        let cause = causes.remove(0);
        Verdict::Failed(Failure { cause, details: causes.into_iter().chain(differences).collect(), said })
    }

    /// Why the second run is none that should follow the first.
    fn not_done(&self, struck: &Run, again: &Run) -> Option<String> {
        let writes = again.writes();
        if again.outcome.code != 0 {
            Some(format!("the second run ended with {}: {}", again.outcome.code, last_words(again)))
        } else if struck.outcome.code == 0 && writes != self.goal.rest {
            Some(format!("said that it was done, and was not: {}", writes.join(", ")))
        } else {
            None
        }
    }
}

/// What a plan changes, by resource and field.
fn pending(plan: &Run) -> Vec<String> {
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

impl Start {
    fn of(setting: Setting) -> Self {
        match setting.way {
            Way::Up => Self::Empty,
            Way::On | Way::Down => {
                let stand = made(setting);
                stand.cloud.save().map_or(Self::Made, |world| Self::Saved(world, stand.project))
            }
        }
    }

    fn stand(&self, setting: Setting) -> Stand {
        match self {
            Self::Empty => Stand::new(Cloud::empty(setting.provider, setting.settings)),
            Self::Saved(world, project) => {
                let cloud = Cloud::restored(world, setting.settings);
                Stand { project: project.copy_reaching(cloud.bench.url()), cloud }
            }
            Self::Made => made(setting),
        }
    }
}

/// What a clean apply makes.
fn made(setting: Setting) -> Stand {
    let stand = Stand::new(Cloud::empty(setting.provider, &[]));
    let run = stand.run(&Way::Up.command(), &Happening::default());
    assert_eq!(run.outcome.code, 0, "a clean apply: {}", run.said());
    stand
}

/// Done, failed and safe to run again, refused, a rollout that failed, interrupted, killed: all else says that the program
/// or its input is at fault.
fn wrong_end(run: &Run) -> Option<String> {
    let code = run.outcome.code;
    (![0, 1, 5, 6, 130, -1].contains(&code)).then(|| format!("the first run ended with {code}: {}", last_words(run)))
}

/// The first error, or what was said last.
fn last_words(run: &Run) -> String {
    let said = run.said();
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = lines.clone().find(|line| line.trim_start().starts_with("error"));
    error.or_else(|| lines.next_back()).unwrap_or_default().trim().to_owned()
}
