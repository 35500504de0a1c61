//! All trials of a sweep, two at once, and what is said of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use deploy_bench::Call;

use super::goal::Failure;
use super::setting::Setting;
use super::strike::Trial;
use super::trial::{Prepared, Verdict};

/// How many trials are under way at once.
const AT_ONCE: usize = 2;

/// Sweeps wait for each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// In each setting, makes the trials that are chosen by the calls of a clean run.
///
/// # Panics
/// Where a trial ends otherwise than a clean run.
pub fn sweep(settings: impl IntoIterator<Item = Setting>, choice: impl Fn(&[Call]) -> Vec<Trial>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let failed: usize = settings.into_iter().map(|setting| failures(setting, &choice)).sum();
    assert_eq!(failed, 0, "what failed stands above");
}

fn failures(setting: Setting, choice: impl Fn(&[Call]) -> Vec<Trial>) -> usize {
    let begun = Instant::now();
    let prepared = match Prepared::new(setting) {
        Ok(prepared) => prepared,
        Err(said) => {
            say(&format!("{setting}: a run without any fault fails\n{said}"));
            return 1;
        }
    };
    let asked = asked_for().unwrap_or_default();
    let mut trials = choice(&prepared.calls);
    trials.retain(|trial| trial.to_string().contains(&asked));
    let Tally { failures, missed } = carry_out(&prepared, &trials);
    let calls = prepared.calls.len();
    let (runs, failed, seconds) = (trials.len(), failures.len(), begun.elapsed().as_secs());
    say(&format!("{setting}: {calls} calls, {runs} trials, {missed} of them too late, {failed} failures, {seconds} s"));
    report(&failures);
    assert!(missed * 5 <= runs, "strikes that hit nothing show nothing");
    failed
}

/// Where `DEPLOY_TEST_SWEEP` holds `SIGKILL-after at ec2:CreateVpc 1`, or a part of it, only those trials are made.
fn asked_for() -> Option<String> {
    std::env::var("DEPLOY_TEST_SWEEP").ok()
}

type Failed = (Trial, Failure);

/// What came of the trials.
#[derive(Default)]
struct Tally {
    failures: Vec<Failed>,
    missed: usize,
}

fn carry_out(prepared: &Prepared, trials: &[Trial]) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let work = || {
        while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = prepared.attempt(trial);
            let mut tally = tally.lock().expect("nothing panics in it");
            match verdict {
                Verdict::Mended => {}
                Verdict::Missed => tally.missed += 1,
                Verdict::Failed(failure) => tally.failures.push((trial.clone(), failure)),
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
        causes.entry(&failed.1.cause).or_default().push(failed);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, failures)| std::cmp::Reverse(failures.len()));
    for (cause, failures) in causes {
        say(&format!("\n{} × {cause}", failures.len()));
        for (trial, failure) in &failures {
            say(&format!("    {trial}"));
            failure.details.iter().for_each(|detail| say(&format!("        {detail}")));
        }
        if asked_for().is_some() {
            say(&failures[0].1.said);
        }
    }
}

#[expect(clippy::print_stdout, reason = "whoever runs a sweep wants to see what came out")]
fn say(text: &str) {
    println!("{text}");
}
