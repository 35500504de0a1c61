//! One trial: a run in which one call goes wrong, or a few of them, the same command again, and what there is then.

use deploy_bench::Call;

use super::goal::{Aftermath, Failure, Goal, pending};
use super::setting::Setting;
use super::stand::Happening;
use super::start::Start;
use super::strike::Trial;

/// What was found out once, for all trials of a setting.
pub struct Prepared {
    setting: Setting,
    start: Start,
    /// The calls of a run in which nothing goes wrong.
    pub calls: Vec<Call>,
    goal: Goal,
}

/// What came of a trial.
pub enum Verdict {
    /// All is as after a clean run.
    Mended,
    /// The same, but no strike hit: where something is asked for until it is there, not every run asks as often.
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
        let run = |lag| stand.run(&setting.way.command(), &Happening::lagging(lag));
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
        let left = goal.left_to_do(setting);
        if !left.is_empty() {
            return Err(format!("something is left to do: {}", left.join(", ")));
        }
        Ok(Self { setting, start, calls: clean.calls, goal })
    }

    /// Runs once with each strike, and again without. Says what came of it.
    pub fn attempt(&self, trial: &Trial) -> Verdict {
        let Setting { way, lag, .. } = self.setting;
        let stand = self.start.stand(self.setting);
        let mut struck = Vec::new();
        let mut has_struck = false;
        for strike in &trial.0 {
            let happening = Happening::of(strike, lag);
            let run = stand.run(&way.command(), &happening);
            if run.outcome.code == 0 {
                // Nobody runs a command again at once that has succeeded.
                stand.cloud.catch_up();
            }
            has_struck |= happening.has_struck();
            struck.push((strike.clone(), run));
        }
        let again = stand.run(&way.command(), &Happening::lagging(lag));
        stand.cloud.catch_up();
        let next = stand.run(&way.look(), &Happening::default());
        let after = Aftermath { struck, again, next, inventory: stand.cloud.inventory() };
        match self.goal.must_be_reached(&after) {
            Err(failure) => Verdict::Failed(failure),
            Ok(()) if has_struck => Verdict::Mended,
            Ok(()) => Verdict::Missed,
        }
    }
}
