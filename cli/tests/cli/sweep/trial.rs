//! One trial: a run in which one call goes wrong, the same command again, and what there is then.

use super::blow::{Blow, Target};
use super::cloud::Provider;
use super::goal::{Aftermath, Failure, Goal, pending};
use super::setting::{Setting, Way};
use super::stand::Happening;
use super::start::Start;

/// What was found out once, for all trials of a setting.
pub struct Prepared {
    setting: Setting,
    start: Start,
    /// The calls of a run in which nothing goes wrong.
    pub targets: Vec<(Target, IsWrite)>,
    goal: Goal,
}

/// Whether a call changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsWrite(pub bool);

/// What came of a trial.
pub enum Verdict {
    /// All is as after a clean run.
    Mended,
    /// The same, but the call never came: where something is asked for until it is there, not every run asks as often.
    Missed,
    /// Something is not as after a clean run.
    Failed(Failure),
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
        let keeps_all = setting.provider == Provider::Embedded && setting.way != Way::Down;
        if keeps_all && !(goal.rest.is_empty() && goal.pending.iter().all(Vec::is_empty)) {
            return Err(format!("something is left to do: {}", goal.pending.concat().join(", ")));
        }
        let targets = clean.calls.iter().map(|call| (Target::of(call), IsWrite(!call.is_read()))).collect();
        Ok(Self { setting, start, targets, goal })
    }

    /// Runs with a fault, and again without. Says what came of it.
    pub fn attempt(&self, target: &Target, blow: Blow) -> Verdict {
        let Setting { way, lag, .. } = self.setting;
        let stand = self.start.stand(self.setting);
        let happening = Happening::new(Some((target.clone(), blow)), lag);
        let struck = stand.run(&way.command(), &happening);
        if struck.outcome.code == 0 {
            // Nobody runs a command again at once that has succeeded.
            stand.cloud.catch_up();
        }
        let again = stand.run(&way.command(), &Happening::new(None, lag));
        stand.cloud.catch_up();
        let next = stand.run(&way.look(), &Happening::default());
        let after = Aftermath { blow, struck, again, next, inventory: stand.cloud.inventory() };
        match self.goal.must_be_reached(&after) {
            Err(failure) => Verdict::Failed(failure),
            Ok(()) if happening.has_struck() => Verdict::Mended,
            Ok(()) => Verdict::Missed,
        }
    }
}
