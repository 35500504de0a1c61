//! Calls that are made again while their fault is worth it.

use std::time::Duration;

use deploy_model::{Fault, FaultKind, Retry, Step};
use deploy_plugin::Context;

use crate::apply::Run;
use crate::backoff::Backoff;
use crate::event::Event;

/// How long a step is tried again while something stands in its way: interfaces of stopped tasks need
/// minutes to go.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a service may take to know everywhere what it has just made.
///
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>, which names no
/// bound; its own waiters give up after about this long.
const NEWNESS: Duration = Duration::from_secs(60);
/// How long a call that does no harm when it is made twice is made again while no answer comes.
const SILENCE: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// For how long a call that ended in this fault is worth another try.
pub(crate) type Patient = fn(&Fault) -> Option<Duration>;

/// A write that was refused before it had any effect, by something that may go.
pub(crate) fn refused(fault: &Fault) -> Option<Duration> {
    (fault.retry == Retry::Later).then_some(PATIENCE)
}

/// The same of a write that may be made twice: whether the first had its effect does not matter.
pub(crate) fn refused_or_unanswered(fault: &Fault) -> Option<Duration> {
    refused(fault).or(fault.is_unanswered().then_some(SILENCE))
}

/// A call that names what was made a moment ago can be told that there is no such thing.
pub(crate) fn not_known_yet(fault: &Fault) -> Option<Duration> {
    refused_or_unanswered(fault).or((fault.kind == FaultKind::NotFound).then_some(NEWNESS))
}

/// Makes a call until it succeeds, fails for good, or has failed for as long as its fault is worth.
pub(crate) async fn persist<T>(
    run: &Run,
    cx: &Context,
    step: &Step,
    patient: Patient,
    call: impl AsyncFn(&Context) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut number = cx.attempt() - 1;
    loop {
        number += 1;
        let result = call(&cx.attempt_number(number)).await;
        let Err(fault) = result else { return result };
        let pause = patient(&fault).filter(|_| !cx.is_cancelled()).and_then(|patience| backoff.pause(patience));
        let Some(pause) = pause else { return Err(fault) };
        run.observer.observe(&Event::StepRetried { id: step.id, address: step.address.clone(), fault });
        (run.sleep)(pause).await;
    }
}
