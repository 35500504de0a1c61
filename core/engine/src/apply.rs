//! Carries a plan out: exactly its steps, as many at once as their order allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deploy_model::{Action, Address, Fault, FaultKind, Live, Plan, Reference, Retry, Step, StepId};
use deploy_plugin::{AnyKind, BoxFuture, Context, Said};
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;

use crate::approve::ApprovedPlan;
use crate::backoff::Backoff;
use crate::event::{Event, Observer};
use crate::kinds::Kinds;
use crate::resolve::{is_open, resolve};

/// Asked before each call that changes something. Its fault fails the step, and nothing further is begun.
pub type Permit = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>;

/// The permit of a run that nobody else can get in the way of.
pub fn unconditional() -> Permit {
    Arc::new(|| Box::pin(std::future::ready(Ok(()))))
}

/// What a run needs from outside.
pub struct Run {
    /// The kinds.
    pub kinds: Kinds,
    /// Who listens.
    pub observer: Arc<dyn Observer>,
    /// Waits.
    pub sleep: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
    /// Set when the user asks the run to stop.
    pub cancelled: Arc<AtomicBool>,
    /// Whether this run may still change anything.
    pub permit: Permit,
    /// Tells this run's operations from every other run's: a few letters and digits.
    pub name: String,
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Report {
    /// The steps that succeeded.
    pub done: Vec<StepId>,
    /// The steps that failed.
    pub failed: Vec<Failure>,
    /// The steps that were not begun.
    pub skipped: Vec<StepId>,
}

/// A step that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Its resource.
    pub address: Address,
    /// Why.
    pub fault: Fault,
}

/// How many steps run at once: well below the request rates that AWS grants any account.
const MOST_AT_ONCE: usize = 16;

/// How long a step is tried again while something stands in its way: interfaces of stopped tasks need
/// minutes to go.
const PATIENCE: Duration = Duration::from_secs(600);
/// How long a service may take to know everywhere what it has just made.
///
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>, which names no
/// bound; its own waiters give up after about this long.
const NEWNESS: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Applies a plan. A step that fails stops everything that waits for it and nothing else.
pub async fn apply(approved: &ApprovedPlan, run: &Run) -> Report {
    let plan = approved.plan();
    let fence = Fence { run, shut: OnceLock::new() };
    let mut walk = Walk {
        run,
        fence: &fence,
        plan,
        waiting: plan.steps.iter().collect(),
        done: BTreeSet::new(),
        outputs: BTreeMap::new(),
        report: Report::default(),
    };
    let mut running = FuturesUnordered::new();
    loop {
        for step in walk.ready(MOST_AT_ONCE - running.len()) {
            running.push(perform(&fence, plan, step, walk.closed(&step.action)));
        }
        let Some((step, result)) = running.next().await else { break };
        walk.settle(step, result);
    }
    walk.skip_rest();
    walk.report
}

/// Asks for the permit of a run, until it is refused once.
struct Fence<'a> {
    run: &'a Run,
    shut: OnceLock<Fault>,
}

impl Fence<'_> {
    async fn pass(&self) -> Result<(), Fault> {
        match self.shut.get() {
            Some(fault) => Err(fault.clone()),
            None => (self.run.permit)().await.map_err(|fault| self.shut.get_or_init(|| fault).clone()),
        }
    }
}

struct Walk<'a> {
    run: &'a Run,
    fence: &'a Fence<'a>,
    plan: &'a Plan,
    waiting: Vec<&'a Step>,
    done: BTreeSet<StepId>,
    outputs: BTreeMap<Address, Value>,
    report: Report,
}

impl<'a> Walk<'a> {
    /// Takes the steps that can begin now.
    fn ready(&mut self, most: usize) -> Vec<&'a Step> {
        if self.run.cancelled.load(Ordering::Relaxed) || self.fence.shut.get().is_some() {
            return Vec::new();
        }
        let can_begin = |step: &&mut &Step| step.after.iter().all(|before| self.done.contains(before));
        self.waiting.extract_if(.., |step| can_begin(&step)).take(most).collect()
    }

    /// An action with what earlier steps have made in place.
    fn closed(&self, action: &Action) -> Result<Action, Fault> {
        let known = |reference: &Reference| self.outputs.get(&reference.address)?.get(&reference.output).cloned();
        let mut action = action.clone();
        if let Action::Create { inputs } | Action::Update { inputs, .. } = &mut action {
            *inputs = resolve(inputs, &known);
            if is_open(inputs) {
                return Err(Fault::internal("an earlier step left an output out"));
            }
        }
        Ok(action)
    }

    fn settle(&mut self, step: &Step, result: Result<Option<Live>, Fault>) {
        let (id, address) = (step.id, step.address.clone());
        match result {
            Ok(live) => {
                let resource = live.as_ref().map(|live| live.id.clone());
                if let Some(live) = live {
                    self.outputs.insert(address.clone(), live.outputs);
                }
                self.done.insert(id);
                self.report.done.push(id);
                self.run.observer.observe(&Event::StepFinished { id, address, resource });
            }
            Err(fault) => {
                self.report.failed.push(Failure { address: address.clone(), fault: fault.clone() });
                self.run.observer.observe(&Event::StepFailed { id, address, fault });
            }
        }
    }

    fn skip_rest(&mut self) {
        for step in std::mem::take(&mut self.waiting) {
            let before = step.after.iter().find(|before| !self.done.contains(before));
            let because = before.and_then(|before| self.plan.steps.iter().find(|step| step.id == *before));
            let because = because.map(|step| step.address.clone());
            self.report.skipped.push(step.id);
            self.run.observer.observe(&Event::StepSkipped { id: step.id, address: step.address.clone(), because });
        }
    }
}

async fn perform<'a>(
    fence: &Fence<'a>,
    plan: &'a Plan,
    step: &'a Step,
    action: Result<Action, Fault>,
) -> (&'a Step, Result<Option<Live>, Fault>) {
    let (run, name) = (fence.run, action_name(&step.action).to_owned());
    run.observer.observe(&Event::StepStarted { id: step.id, address: step.address.clone(), action: name });
    let action = match action {
        Ok(action) => action,
        Err(fault) => return (step, Err(fault)),
    };
    let (observer, id, address) = (Arc::clone(&run.observer), step.id, step.address.clone());
    let listener = move |said: Said<'_>| {
        let address = address.clone();
        observer.observe(&match said {
            Said::Progress(words) => Event::StepProgress { id, address, message: words.to_owned() },
            Said::Checkpoint(resource) => Event::StepCheckpoint { id, address, resource: resource.to_owned() },
        });
    };
    let operation = format!("{}-{}", run.name, step.id.0);
    let cx = Context::new(plan.owner.clone(), operation, Arc::new(listener), Arc::clone(&run.cancelled));
    let kind = run.kinds.of(&step.address).kind.as_ref();
    let result = persist(fence, &cx, step, refused, async |cx| attempt(kind, cx, &step.address, &action).await).await;
    let result = match (result, &action) {
        (Ok(Some(made)), Action::Create { .. }) => {
            persist(fence, &cx, step, not_known_yet, async |cx| kind.complete(cx, made.clone()).await).await.map(Some)
        }
        (result, _) => result,
    };
    (step, result)
}

/// For how long a call that ended in this fault is worth another try.
type Patient = fn(&Fault) -> Option<Duration>;

/// A write that was refused before it had any effect, by something that may go.
fn refused(fault: &Fault) -> Option<Duration> {
    (fault.retry == Retry::Later).then_some(PATIENCE)
}

/// A call that names what was made a moment ago can be told that there is no such thing.
fn not_known_yet(fault: &Fault) -> Option<Duration> {
    refused(fault).or((fault.kind == FaultKind::NotFound).then_some(NEWNESS))
}

/// Makes a call until it succeeds, fails for good, or has failed for as long as its fault is worth.
async fn persist<T>(
    fence: &Fence<'_>,
    cx: &Context,
    step: &Step,
    patient: Patient,
    call: impl AsyncFn(&Context) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut number = 0;
    loop {
        number += 1;
        fence.pass().await?;
        let result = call(&cx.attempt_number(number)).await;
        let Err(fault) = result else { return result };
        let pause = patient(&fault).filter(|_| !cx.is_cancelled()).and_then(|patience| backoff.pause(patience));
        let Some(pause) = pause else { return Err(fault) };
        fence.run.observer.observe(&Event::StepRetried { id: step.id, address: step.address.clone(), fault });
        (fence.run.sleep)(pause).await;
    }
}

async fn attempt(kind: &dyn AnyKind, cx: &Context, address: &Address, action: &Action) -> Result<Option<Live>, Fault> {
    match action {
        Action::Create { inputs } => kind.create(cx, address, inputs.clone()).await.map(Some),
        Action::Update { live, inputs, fields } => {
            kind.update(cx, live.clone(), inputs.clone(), fields).await.map(Some)
        }
        Action::Retire { live, to } => kind.retire(cx, live.clone(), to).await.map(|()| None),
        Action::Delete { live } => kind.delete(cx, live.clone()).await.map(|()| None),
    }
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Create { .. } => "create",
        Action::Update { .. } => "update",
        Action::Retire { .. } => "retire",
        Action::Delete { .. } => "delete",
    }
}
