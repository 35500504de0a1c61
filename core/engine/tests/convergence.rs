//! Properties of the whole engine on a cloud in memory: whatever is configured, apply reaches it, a
//! second plan is empty, the way there does not matter, destroy leaves nothing, and plan changes nothing.

mod fake;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use deploy_engine::{
    Approval, Intent, Lag, Observer, Permit, Report, Run, Search, Stakes, apply, approve, check_references, discover,
    plan, unconditional,
};
use deploy_model::{Action, Address, Fault, FaultKind, Plan};
use deploy_plugin::{Blueprint, Context, Purpose};
use fake::shape::{Shape, shape};
use fake::{Cloud, Shared, kinds, owner, picture, place};
use futures::executor::block_on;
use proptest::prelude::*;

fn plan_for(cloud: &Shared, environment: &str, blueprint: &Blueprint, destroy: bool) -> Plan {
    let kinds = kinds(cloud);
    check_references(blueprint, &kinds).expect("every reference has a target");
    let silent: &dyn Observer = &|_: &_| ();
    let purpose = if destroy { Purpose::Delete } else { Purpose::Compare };
    let search = Search { prefix: "shop", blueprint, purpose };
    let actual = block_on(discover(&kinds, &Context::quiet(owner(environment)), search, silent)).expect("listings");
    let intent = Intent {
        owner: &owner(environment),
        place: &place(),
        configuration: "",
        blueprint,
        destroy,
        origin: &|_| None,
    };
    plan(&intent, &actual, &kinds).expect("no ring")
}

fn carry_out(cloud: &Shared, plan: Plan, cancelled: bool) -> Report {
    carry_out_with(unconditional(), cloud, plan, cancelled)
}

fn carry_out_with(permit: Permit, cloud: &Shared, plan: Plan, cancelled: bool) -> Report {
    let run = Run {
        kinds: kinds(cloud),
        observer: Arc::new(|_: &_| ()),
        sleep: Arc::new(|_| Box::pin(std::future::ready(()))),
        cancelled: Arc::new(cancelled.into()),
        permit,
        name: "test".into(),
        lag: Lag::NONE,
        prefix: "shop".into(),
    };
    let approved = approve(plan, Stakes::Nothing, false, Approval::Named).expect("nothing blocks");
    block_on(apply(&approved, &run))
}

fn reach(cloud: &Shared, environment: &str, blueprint: &Blueprint) {
    let report = carry_out(cloud, plan_for(cloud, environment, blueprint, false), false);
    assert_eq!(report.failed, []);
    let after = plan_for(cloud, environment, blueprint, false);
    assert!(after.is_empty(), "{after:#?}");
}

fn changes(cloud: &Shared) -> u32 {
    cloud.lock().expect("the cloud").changes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn apply_reaches_it_and_the_next_plan_is_empty(a in shape()) {
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
    }

    #[test]
    fn the_way_there_does_not_matter(a in shape(), b in shape()) {
        prop_assume!(!a.is_knotted_with(&b));
        let (direct, detour) = (Shared::default(), Shared::default());
        reach(&direct, "dev", &b.blueprint());
        reach(&detour, "dev", &a.blueprint());
        reach(&detour, "dev", &b.blueprint());
        prop_assert_eq!(picture(&direct), picture(&detour));
    }

    #[test]
    fn destroy_leaves_nothing_of_ours_and_all_of_others(a in shape(), b in shape()) {
        prop_assume!(!a.is_knotted_with(&b));
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
        let theirs: Cloud = cloud.lock().expect("the cloud").clone();
        let mut b = b;
        b.bases.iter_mut().flatten().for_each(|base| base.0 += 10);
        b.users.iter_mut().flatten().for_each(|user| user.0 += 10);
        reach(&cloud, "prod", &b.blueprint());
        let report = carry_out(&cloud, plan_for(&cloud, "prod", &b.blueprint(), true), false);
        prop_assert_eq!(report.failed, []);
        prop_assert_eq!(&cloud.lock().expect("the cloud").things, &theirs.things);
        prop_assert!(plan_for(&cloud, "dev", &a.blueprint(), false).is_empty());
    }

    #[test]
    fn plan_changes_nothing_and_is_the_same_every_time(a in shape(), b in shape()) {
        prop_assume!(!a.is_knotted_with(&b));
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
        let before = changes(&cloud);
        let plans = [plan_for(&cloud, "dev", &b.blueprint(), false), plan_for(&cloud, "dev", &b.blueprint(), false)];
        prop_assert_eq!(&plans[0], &plans[1]);
        let text = serde_json::to_string(&plans[0]).expect("json");
        prop_assert_eq!(&serde_json::from_str::<Plan>(&text).expect("a plan"), &plans[0]);
        prop_assert_eq!(changes(&cloud), before);
    }

    #[test]
    fn a_run_that_is_stopped_anywhere_converges_when_run_again(a in shape(), b in shape(), keep in 0..12usize) {
        prop_assume!(!a.is_knotted_with(&b));
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
        let mut part = plan_for(&cloud, "dev", &b.blueprint(), false);
        part.steps.truncate(keep);
        prop_assert_eq!(carry_out(&cloud, part, false).failed, []);
        reach(&cloud, "dev", &b.blueprint());
    }

    #[test]
    fn a_run_that_loses_its_permit_changes_nothing_more(a in shape(), b in shape(), keep in 0..12usize) {
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
        let plan = plan_for(&cloud, "dev", &b.blueprint(), false);
        let (asked, at_loss) = (AtomicUsize::new(0), Arc::new(Mutex::new(None)));
        let (watched, remembered) = (Arc::clone(&cloud), Arc::clone(&at_loss));
        let permit: Permit = Arc::new(move || {
            let is_lost = asked.fetch_add(1, Ordering::Relaxed) >= keep;
            if is_lost {
                remembered.lock().expect("the moment").get_or_insert_with(|| changes(&watched));
            }
            let fault = Fault::new(FaultKind::Conflict, "lost");
            Box::pin(std::future::ready(if is_lost { Err(fault) } else { Ok(()) }))
        });
        let report = carry_out_with(permit, &cloud, plan, false);
        let at_loss = *at_loss.lock().expect("the moment");
        prop_assert_eq!(report.failed.is_empty(), at_loss.is_none());
        prop_assert!(report.failed.iter().all(|failure| failure.fault.message == "lost"));
        prop_assert!(at_loss.is_none_or(|at_loss| at_loss == changes(&cloud)));
        // Time passes, and what was made is known everywhere.
        cloud.lock().expect("the cloud").things.values_mut().for_each(|thing| thing.known = true);
        reach(&cloud, "dev", &b.blueprint());
    }

    #[test]
    fn a_run_that_is_stopped_anywhere_can_be_taken_back(a in shape(), b in shape(), keep in 0..12usize) {
        prop_assume!(!a.is_knotted_with(&b));
        let (direct, cloud) = (Shared::default(), Shared::default());
        reach(&direct, "dev", &a.blueprint());
        reach(&cloud, "dev", &a.blueprint());
        let mut part = plan_for(&cloud, "dev", &b.blueprint(), false);
        part.steps.truncate(keep);
        prop_assert_eq!(carry_out(&cloud, part, false).failed, []);
        reach(&cloud, "dev", &a.blueprint());
        prop_assert_eq!(picture(&cloud), picture(&direct));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What was only set aside takes its place back: nothing is made anew.
    #[test]
    fn what_was_set_aside_is_not_lost(a in shape(), b in shape()) {
        prop_assume!(!a.is_knotted_with(&b));
        let cloud = Shared::default();
        reach(&cloud, "dev", &a.blueprint());
        let before = cloud.lock().expect("the cloud").things.clone();
        let mut part = plan_for(&cloud, "dev", &b.blueprint(), false);
        part.steps.retain(|step| matches!(step.action, Action::Retire { .. }));
        part.steps.iter_mut().for_each(|step| step.after.clear());
        // Two things never have one address: what is renamed to where another one was waits for that.
        let addresses: BTreeSet<&Address> = part.steps.iter().map(|step| &step.address).collect();
        prop_assume!(addresses.len() == part.steps.len() && part.steps.iter().all(
            |step| matches!(&step.action, Action::Retire { to, .. } if to.is_retired())));
        prop_assert_eq!(carry_out(&cloud, part, false).failed, []);
        reach(&cloud, "dev", &a.blueprint());
        prop_assert_eq!(&cloud.lock().expect("the cloud").things, &before);
    }
}

#[test]
fn a_run_that_is_cancelled_begins_nothing() {
    let cloud = Shared::default();
    let shape =
        Shape { turn: 0, suffix: false, bases: vec![Some((0, 0)); 3], parts: vec![None; 4], users: vec![None; 2] };
    let report = carry_out(&cloud, plan_for(&cloud, "dev", &shape.blueprint(), false), true);
    assert_eq!((report.done.len(), report.skipped.len(), changes(&cloud)), (0, 3, 0));
}
