//! All trials of a sweep, two at once, and what is said of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::blow::{Blow, Target};
use super::goal::Failure;
use super::setting::Setting;
use super::trial::{IsWrite, Prepared, Verdict};

/// How many trials are under way at once.
const AT_ONCE: usize = 2;

/// Sweeps wait for each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// In each setting, strikes the calls of a run with the blows that `chosen` picks for each, by its place in the run.
///
/// # Panics
/// Where a trial ends otherwise than a clean run.
pub fn sweep(settings: impl IntoIterator<Item = Setting>, chosen: impl Fn(usize, IsWrite) -> Vec<Blow>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let failed: usize = settings.into_iter().map(|setting| failures(setting, &chosen)).sum();
    assert_eq!(failed, 0, "what failed stands above");
}

fn failures(setting: Setting, chosen: impl Fn(usize, IsWrite) -> Vec<Blow>) -> usize {
    let begun = Instant::now();
    let prepared = match Prepared::new(setting) {
        Ok(prepared) => prepared,
        Err(said) => {
            say(&format!("{setting}: a run without any fault fails\n{said}"));
            return 1;
        }
    };
    let trials = trials(&prepared, chosen);
    let Tally { failures, missed } = carry_out(&prepared, &trials);
    let calls = prepared.targets.len();
    let (runs, failed, seconds) = (trials.len(), failures.len(), begun.elapsed().as_secs());
    say(&format!("{setting}: {calls} calls, {runs} faults, {missed} of them too late, {failed} failures, {seconds} s"));
    report(&failures);
    assert!(missed * 5 <= runs, "faults that strike nothing show nothing");
    failed
}

/// The calls with what happens to them. Where `DEPLOY_TEST_SWEEP` holds `SIGKILL-after at ec2:CreateVpc 1`, or a part of
/// it, only those.
fn trials(prepared: &Prepared, chosen: impl Fn(usize, IsWrite) -> Vec<Blow>) -> Vec<(Target, Blow)> {
    let asked = asked_for().unwrap_or_default();
    let places = prepared.targets.iter().enumerate();
    let trials = places.flat_map(|(place, (target, is_write))| {
        chosen(place, *is_write).into_iter().map(|blow| (target.clone(), blow))
    });
    trials.filter(|(target, blow)| format!("{} at {target}", blow.name).contains(&asked)).collect()
}

fn asked_for() -> Option<String> {
    std::env::var("DEPLOY_TEST_SWEEP").ok()
}

type Failed = (Target, Blow, Failure);

/// What came of the trials.
#[derive(Default)]
struct Tally {
    failures: Vec<Failed>,
    missed: usize,
}

fn carry_out(prepared: &Prepared, trials: &[(Target, Blow)]) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let work = || {
        while let Some((target, blow)) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = prepared.attempt(target, *blow);
            let mut tally = tally.lock().expect("nothing panics in it");
            match verdict {
                Verdict::Mended => {}
                Verdict::Missed => tally.missed += 1,
                Verdict::Failed(failure) => tally.failures.push((target.clone(), *blow, failure)),
            }
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    tally.into_inner().expect("nothing panics in it")
}

/// The failures by their cause, the most frequent first; where one was asked for, with what was said.
fn report(failures: &[Failed]) {
    let mut causes: BTreeMap<&str, Vec<&Failed>> = BTreeMap::new();
    for failed in failures {
        causes.entry(&failed.2.cause).or_default().push(failed);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, failures)| std::cmp::Reverse(failures.len()));
    for (cause, failures) in causes {
        say(&format!("\n{} × {cause}", failures.len()));
        for (target, blow, failure) in &failures {
            say(&format!("    {} at {target}", blow.name));
            failure.details.iter().for_each(|detail| say(&format!("        {detail}")));
        }
        if asked_for().is_some() {
            say(&failures[0].2.said);
        }
    }
}

#[expect(clippy::print_stdout, reason = "whoever runs a sweep wants to see what came out")]
fn say(text: &str) {
    println!("{text}");
}
