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
    /// `deploy destroy`, from all that apply makes.
    Down,
}

impl Way {
    fn command(self) -> &'static [&'static str] {
        match self {
            Self::Up => &["apply", "dev", "--yes"],
            Self::Down => &["destroy", "dev", "--yes", "--allow-destroy"],
        }
    }

    /// What succeeds, and calls nothing but reads, where nothing is left to do.
    fn look(self) -> &'static [&'static str] {
        match self {
            Self::Up => &["plan", "dev", "--detailed-exitcode"],
            Self::Down => self.command(),
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
        let command = self.way.command()[0];
        let provider = match self.provider {
            Provider::Embedded => "the embedded AWS",
            Provider::Moto => "moto",
        };
        write!(f, "{command} on {provider}")?;
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
    goal: Value,
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

/// Why a trial failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// In words that are the same for the same reason.
    pub cause: String,
    /// What else is wrong.
    pub others: Vec<String>,
    /// What the runs said.
    pub said: String,
}

impl Prepared {
    /// Runs once without any fault.
    pub fn new(setting: Setting) -> Self {
        let start = Start::of(setting);
        let stand = start.stand(setting);
        let clean = stand.run(setting.way.command(), &Happening::new(None, setting.lag));
        assert_eq!(clean.outcome.code, 0, "a clean run: {}", clean.said());
        let targets = clean.calls.iter().map(|call| (Target::of(call), IsWrite(!call.is_read()))).collect();
        Self { setting, start, targets, goal: stand.cloud.inventory() }
    }

    /// Runs with a fault, and again without.
    ///
    /// # Errors
    /// What is not as after a clean run.
    pub fn attempt(&self, target: &Target, blow: Blow) -> Result<(), Failure> {
        let (command, lag) = (self.setting.way.command(), self.setting.lag);
        let stand = self.start.stand(self.setting);
        let happening = Happening::new(Some((target.clone(), blow)), lag);
        let struck = stand.run(command, &happening);
        if struck.outcome.code == 0 {
            // Nobody runs a command again at once that has succeeded.
            stand.cloud.bench.catch_up();
        }
        let again = stand.run(command, &Happening::new(None, lag));
        let next = stand.run(self.setting.way.look(), &Happening::default());
        let found = stand.cloud.inventory();
        let mut causes = Vec::new();
        if !happening.has_struck() {
            causes.push("the call never came".to_owned());
        }
        causes.extend(wrong_end(&struck));
        causes.extend(inventory::twins(&found).iter().map(|twin| format!("twice in {twin}")));
        causes.extend(not_done(&struck, &again));
        causes.extend(inventory::differences(&self.goal, &found).first().map(|line| format!("in the end, {line}")));
        if next.outcome.code != 0 || !next.writes().is_empty() {
            causes.push(format!("something is left to do: {}", last_words(&next)));
        }
        let said = || [struck.said(), again.said(), next.said()].join("\n--- then\n");
        if causes.is_empty() {
            Ok(())
        } else {
            Err(Failure { cause: causes.remove(0), others: causes, said: said() })
        }
    }
}

/// Why the second run is none that should follow the first.
fn not_done(struck: &Run, again: &Run) -> Option<String> {
    let writes = again.writes();
    if again.outcome.code != 0 {
        Some(format!("the second run ended with {}: {}", again.outcome.code, last_words(again)))
    } else if struck.outcome.code == 0 && !writes.is_empty() {
        Some(format!("said that it was done, and was not: {}", writes.join(", ")))
    } else {
        None
    }
}

impl Start {
    fn of(setting: Setting) -> Self {
        match setting.way {
            Way::Up => Self::Empty,
            Way::Down => {
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
    let run = stand.run(Way::Up.command(), &Happening::default());
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
