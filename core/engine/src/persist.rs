//! Calls that are made again while their fault is worth it.

use std::time::Duration;

use deploy_model::{Action, Fault, FaultKind, Retry, Step};
use deploy_plugin::{Context, Patience};

use crate::backoff::Backoff;
use crate::event::Event;
use crate::permit::Fence;
use crate::resolve::is_open;

/// How long a service may take to know everywhere what it has just made.
///
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>, which names no
/// bound; its own waiters give up after about this long.
const NEWNESS: Duration = Duration::from_secs(60);
/// How long a call that does no harm when it is made twice is made again while no answer comes.
const SILENCE: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// For how long a call that ended in this fault is worth another try, of a kind that has so much patience.
pub(crate) type Patient = fn(&Fault, &Patience) -> Option<Patience>;

/// A write that was refused before it had any effect, by something that may go.
pub(crate) fn refused(fault: &Fault, patience: &Patience) -> Option<Patience> {
    (fault.retry == Retry::Later).then(|| patience.clone())
}

/// The same of a write that may be made twice: whether the first had its effect does not matter.
pub(crate) fn refused_or_unanswered(fault: &Fault, patience: &Patience) -> Option<Patience> {
    refused(fault, patience).or(fault.is_unanswered().then_some(Patience { limit: SILENCE, plugin: None }))
}

/// A write that may name what an earlier step made, which the service may not know everywhere.
pub(crate) fn refused_or_unknown(fault: &Fault, patience: &Patience) -> Option<Patience> {
    let is_new = fault.kind == FaultKind::NotFound;
    refused(fault, patience).or(is_new.then_some(Patience { limit: NEWNESS, plugin: None }))
}

/// A call that names what was made a moment ago can be told that there is no such thing.
pub(crate) fn not_known_yet(fault: &Fault, patience: &Patience) -> Option<Patience> {
    refused_or_unanswered(fault, patience).or_else(|| refused_or_unknown(fault, patience))
}

/// How patient a write is that makes or changes something.
pub(crate) fn write(step: &Step) -> Patient {
    let (Action::Create { inputs } | Action::Update { inputs, .. }) = &step.action else { return refused };
    if is_open(inputs) { refused_or_unknown } else { refused }
}

/// Makes a call until it succeeds, fails for good, or has failed for as long as its fault is worth.
pub(crate) async fn persist<T>(
    fence: &Fence<'_>,
    cx: &Context,
    step: &Step,
    patient: Patient,
    call: impl AsyncFn(&Context) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let run = fence.run;
    let patience = run.kinds.of(&step.address).kind.patience();
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut number = cx.attempt() - 1;
    loop {
        number += 1;
        fence.pass().await?;
        let result = call(&cx.attempt_number(number)).await;
        let Err(fault) = result else { return result };
        let Some(patience) = patient(&fault, &patience).filter(|_| !cx.is_cancelled()) else { return Err(fault) };
        let Some(pause) = backoff.pause(patience.limit) else {
            return Err(given_up(fault, &patience, backoff.waited()));
        };
        run.observer.observe(&Event::StepRetried { id: step.id, address: step.address.clone(), fault });
        (run.sleep)(pause).await;
    }
}

/// The last fault of a step that was tried for long enough.
fn given_up(fault: Fault, patience: &Patience, waited: Duration) -> Fault {
    let (why, waited) = (&fault.message, waited.as_secs_f32());
    let Some(plugin) = &patience.plugin else {
        return Fault { message: format!("{why}; it was tried again for {waited} s"), ..fault };
    };
    let message = format!("the plugin `{plugin}` has put it off for {waited} s: {why}");
    let help = "put right what it says, or give it longer: `retry` of `deadline_seconds` in its plugin.toml";
    let help = fault.help.clone().unwrap_or_else(|| help.to_owned());
    Fault { message, ..fault }.help(help)
}
