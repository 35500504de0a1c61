//! Answers that are lost and reads that lag: whatever becomes of them, nothing is there twice and the next run converges.

mod fake;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use deploy_engine::{
    Aftermath, Approval, Intent, Lag, Report, Run, Search, Sleep, Stakes, apply, approve, discover_after, plan,
    unconditional,
};
use deploy_model::Plan;
use deploy_plugin::{Blueprint, Context, Purpose};
use fake::shape::{Shape, shape};
use fake::{Lost, Shared, Weather, kinds, owner, picture, place};
use futures::executor::block_on;
use proptest::prelude::*;

/// The furthest that reads lag behind here, in reads.
const FURTHEST: usize = 5;
const LAG: Lag = Lag { looks: FURTHEST as u32 + 1, pause: Duration::ZERO };

/// Runs one after the other, each told what the one before may have left.
struct Runs {
    cloud: Shared,
    aftermath: Aftermath,
}

impl Runs {
    fn on(weather: Weather) -> Self {
        let cloud = Shared::default();
        cloud.lock().expect("the cloud").weather = weather;
        Self { cloud, aftermath: Aftermath::settled() }
    }

    fn plan(&self, blueprint: &Blueprint, destroy: bool) -> Plan {
        let kinds = kinds(&self.cloud);
        let purpose = if destroy { Purpose::Delete } else { Purpose::Compare };
        let search = Search { prefix: "shop", blueprint, purpose };
        let context = Context::quiet(owner("dev"));
        let (sleep, silent) = (at_once(), |_: &_| ());
        let looking = discover_after(&kinds, &context, search, &silent, (&self.aftermath, LAG, &sleep));
        let actual = block_on(looking).expect("listings");
        let (owner, place) = (owner("dev"), place());
        let intent = Intent { owner: &owner, place: &place, configuration: "", blueprint, destroy, origin: &|_| None };
        plan(&intent, &actual, &kinds).expect("no ring")
    }

    fn carry_out(&mut self, plan: Plan) -> Report {
        let run = Run {
            kinds: kinds(&self.cloud),
            observer: Arc::new(|_: &_| ()),
            sleep: at_once(),
            lag: LAG,
            prefix: "shop".into(),
            cancelled: Arc::default(),
            permit: unconditional(),
            name: "test".into(),
        };
        let approved = approve(plan, Stakes::Nothing, false, Approval::Named).expect("nothing blocks");
        let report = block_on(apply(&approved, &run));
        self.aftermath = Aftermath::of_ended(approved.plan(), &report);
        report
    }

    /// Begins a run that is killed after so many steps.
    fn be_killed_after(&mut self, keep: usize, blueprint: &Blueprint) {
        let whole = self.plan(blueprint, false);
        let mut part = whole.clone();
        part.steps.truncate(keep);
        self.carry_out(part);
        self.aftermath = Aftermath::of_begun(&whole);
    }

    /// Runs until one has nothing to do. One more than there are answers that can be lost is enough.
    fn reach(&mut self, blueprint: &Blueprint, destroy: bool) {
        let most = 2 + self.cloud.lock().expect("the cloud").weather.lost.len();
        for _ in 0..most {
            let plan = self.plan(blueprint, destroy);
            if plan.is_empty() {
                break;
            }
            self.carry_out(plan);
        }
        // After so many reads none can lag behind a write any more.
        (0..FURTHEST).for_each(|_| drop(self.plan(blueprint, destroy)));
        let rest = self.plan(blueprint, destroy);
        assert!(rest.is_empty(), "{rest:#?}");
    }

    fn has_twins(&self) -> bool {
        let cloud = self.cloud.lock().expect("the cloud");
        let addresses: BTreeSet<_> = cloud.things.values().map(|thing| &thing.address).collect();
        addresses.len() != cloud.things.len()
    }
}

fn at_once() -> Sleep {
    Arc::new(|_| Box::pin(std::future::ready(())))
}

/// Answers are lost, and what was made or deleted is not shown at once. What it is made of is: a stale field cannot be
/// told from one that somebody has set back.
fn weather() -> impl Strategy<Value = Weather> {
    let lags = prop::collection::vec(0..=FURTHEST, 1..8);
    (silence(), lags).prop_map(|(weather, lags)| Weather { lags, ..weather })
}

/// Answers are lost.
fn silence() -> impl Strategy<Value = Weather> {
    let lost = prop::collection::btree_map(0..16u32, prop::sample::select(vec![Lost::Before, Lost::After]), 0..4);
    (any::<bool>(), lost).prop_map(|(twins, lost)| Weather { twins, lost, ..Weather::default() })
}

fn fair(shape: &Shape) -> Shared {
    let mut runs = Runs::on(Weather::default());
    runs.reach(&shape.blueprint(), false);
    runs.cloud
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn nothing_is_made_twice(a in shape(), weather in weather()) {
        let mut runs = Runs::on(weather);
        runs.reach(&a.blueprint(), false);
        prop_assert!(!runs.has_twins());
        prop_assert_eq!(picture(&runs.cloud), picture(&fair(&a)));
    }

    #[test]
    fn a_change_reaches_its_end(a in shape(), b in shape(), weather in silence()) {
        prop_assume!(!a.is_knotted_with(&b));
        let mut runs = Runs::on(weather);
        runs.reach(&a.blueprint(), false);
        runs.reach(&b.blueprint(), false);
        prop_assert!(!runs.has_twins());
        prop_assert_eq!(picture(&runs.cloud), picture(&fair(&b)));
    }

    #[test]
    fn destroy_leaves_nothing(a in shape(), weather in weather()) {
        let mut runs = Runs::on(weather);
        runs.reach(&a.blueprint(), false);
        runs.reach(&a.blueprint(), true);
        prop_assert_eq!(picture(&runs.cloud), Vec::<String>::new());
    }

    #[test]
    fn a_run_that_was_killed_anywhere_is_followed_by_one_that_converges(
        a in shape(), b in shape(), weather in silence(), keep in 0..12usize,
    ) {
        prop_assume!(!a.is_knotted_with(&b));
        let mut runs = Runs::on(weather);
        runs.reach(&a.blueprint(), false);
        runs.be_killed_after(keep, &b.blueprint());
        runs.reach(&b.blueprint(), false);
        prop_assert!(!runs.has_twins());
        prop_assert_eq!(picture(&runs.cloud), picture(&fair(&b)));
    }

    #[test]
    fn a_first_run_that_was_killed_anywhere_is_followed_by_one_that_converges(
        a in shape(), weather in weather(), keep in 0..12usize,
    ) {
        let mut runs = Runs::on(weather);
        runs.be_killed_after(keep, &a.blueprint());
        runs.reach(&a.blueprint(), false);
        prop_assert!(!runs.has_twins());
        prop_assert_eq!(picture(&runs.cloud), picture(&fair(&a)));
    }
}

/// Without the looks that the protocol takes, the same weather makes a twin: the properties above can fail.
#[test]
fn a_creation_that_is_only_sent_again_makes_a_twin() {
    let mut lost = BTreeMap::new();
    lost.insert(0, Lost::After);
    let runs = &mut Runs::on(Weather { twins: true, lost, ..Weather::default() });
    let shape = Shape {
        turn: 0,
        suffix: false,
        bases: vec![Some((0, 0)), None, None],
        parts: vec![None; 4],
        users: vec![None; 2],
    };
    let plan = runs.plan(&shape.blueprint(), false);
    let report = runs.carry_out(plan.clone());
    assert_eq!((report.failed.len(), runs.has_twins()), (0, false));
    runs.aftermath = Aftermath::settled();
    runs.carry_out(plan);
    assert!(runs.has_twins());
}
