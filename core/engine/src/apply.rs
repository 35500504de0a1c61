//! Carries a plan out: exactly its steps, as many at once as their order allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deploy_model::{Action, Address, Fault, Live, Plan, Reference, Step, StepId};
use deploy_plugin::{Context, Said};
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;

use crate::approve::ApprovedPlan;
use crate::creation::Creation;
use crate::event::{Event, Observer};
use crate::kinds::Kinds;
use crate::lag::{Lag, Sleep};
use crate::permit::{Fence, Permit};
use crate::persist::{not_known_yet, persist, refused_or_unanswered, write};
use crate::resolve::{is_open, resolve};

/// What a run needs from outside.
pub struct Run {
    /// The kinds.
    pub kinds: Kinds,
    /// Who listens.
    pub observer: Arc<dyn Observer>,
    /// Waits.
    pub sleep: Sleep,
    /// How far reads may lag behind writes.
    pub lag: Lag,
    /// The beginning that the environment's names share by default.
    pub prefix: String,
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
    /// The service's ids of what they have made or changed.
    pub ids: BTreeMap<StepId, String>,
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

/// Applies a plan. A step that fails stops everything that waits for it and nothing else.
pub async fn apply(approved: &ApprovedPlan, run: &Run) -> Report {
    let plan = approved.plan();
    let fence = Fence::around(run);
    let mut walk = Walk {
        fence: &fence,
        plan,
        waiting: plan.steps.iter().collect(),
        done: BTreeSet::new(),
        doubtful: Vec::new(),
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
    walk.audit().await;
    walk.report
}

struct Walk<'a> {
    fence: &'a Fence<'a>,
    plan: &'a Plan,
    waiting: Vec<&'a Step>,
    done: BTreeSet<StepId>,
    /// What was asked for more than once.
    doubtful: Vec<(&'a Step, Live)>,
    outputs: BTreeMap<Address, Value>,
    report: Report,
}

impl<'a> Walk<'a> {
    /// Takes the steps that can begin now.
    fn ready(&mut self, most: usize) -> Vec<&'a Step> {
        if self.fence.run.cancelled.load(Ordering::Relaxed) || self.fence.is_shut() {
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

    fn settle(&mut self, step: &'a Step, result: Result<Effect, Fault>) {
        let (id, address) = (step.id, step.address.clone());
        match result {
            Ok(Effect { live, is_doubtful }) => {
                let resource = live.as_ref().map(|live| live.id.clone());
                if let Some(live) = live {
                    self.report.ids.insert(id, live.id.clone());
                    self.outputs.insert(address.clone(), live.outputs.clone());
                    self.doubtful.extend(is_doubtful.then_some((step, live)));
                }
                self.done.insert(id);
                self.report.done.push(id);
                self.fence.run.observer.observe(&Event::StepFinished { id, address, resource });
            }
            Err(fault) => {
                self.report.failed.push(Failure { address: address.clone(), fault: fault.clone() });
                self.fence.run.observer.observe(&Event::StepFailed { id, address, fault });
            }
        }
    }

    /// Sees to it that nothing is there twice that was asked for more than once.
    async fn audit(&mut self) {
        for (step, live) in std::mem::take(&mut self.doubtful) {
            let creation = Creation { fence: self.fence, plan: self.plan, step, inputs: &live.inputs };
            match creation.delete_twins(&context(self.fence.run, self.plan, step), &live).await {
                Ok(twins) => twins.into_iter().for_each(|resource| {
                    self.fence.run.observer.observe(&Event::TwinDeleted { address: step.address.clone(), resource });
                }),
                Err(fault) => {
                    let message = format!("it may be there twice: {fault}");
                    self.report
                        .failed
                        .push(Failure { address: step.address.clone(), fault: Fault { message, ..fault } });
                }
            }
        }
    }

    fn skip_rest(&mut self) {
        for step in std::mem::take(&mut self.waiting) {
            let before = step.after.iter().find(|before| !self.done.contains(before));
            let because = before.and_then(|before| self.plan.steps.iter().find(|step| step.id == *before));
            let because = because.map(|step| step.address.clone());
            self.report.skipped.push(step.id);
            self.fence.run.observer.observe(&Event::StepSkipped {
                id: step.id,
                address: step.address.clone(),
                because,
            });
        }
    }
}

/// What a step has done.
struct Effect {
    /// What there is now.
    live: Option<Live>,
    /// Whether it may be there twice.
    is_doubtful: bool,
}

async fn perform<'a>(
    fence: &Fence<'a>,
    plan: &'a Plan,
    step: &'a Step,
    action: Result<Action, Fault>,
) -> (&'a Step, Result<Effect, Fault>) {
    let (run, name) = (fence.run, step.action.name().to_owned());
    run.observer.observe(&Event::StepStarted { id: step.id, address: step.address.clone(), action: name });
    let result = match action {
        Ok(action) => carry_out(fence, plan, step, &action).await,
        Err(fault) => Err(fault),
    };
    (step, result)
}

async fn carry_out(fence: &Fence<'_>, plan: &Plan, step: &Step, action: &Action) -> Result<Effect, Fault> {
    let cx = &context(fence.run, plan, step);
    let kind = fence.run.kinds.of(&step.address).kind.as_ref();
    let live = match action {
        Action::Create { inputs } => {
            let created = Creation { fence, plan, step, inputs }.perform(cx).await?;
            let complete = async |cx: &Context| kind.complete(cx, created.live.clone()).await;
            let live = Some(persist(fence, cx, step, not_known_yet, complete).await?);
            return Ok(Effect { live, is_doubtful: created.is_doubtful });
        }
        Action::Update { live, inputs, fields } => {
            let update = async |cx: &Context| kind.update(cx, live.clone(), inputs.clone(), fields).await;
            Some(persist(fence, cx, step, write(step), update).await?)
        }
        Action::Retire { live, to } => {
            let retire = async |cx: &Context| kind.retire(cx, live.clone(), to).await;
            persist(fence, cx, step, refused_or_unanswered, retire).await.map(|()| None)?
        }
        Action::Delete { live } => {
            let delete = async |cx: &Context| kind.delete(cx, live.clone()).await;
            persist(fence, cx, step, refused_or_unanswered, delete).await.map(|()| None)?
        }
    };
    Ok(Effect { live, is_doubtful: false })
}

/// What a step's operations are told of the run.
fn context(run: &Run, plan: &Plan, step: &Step) -> Context {
    let (observer, id, address) = (Arc::clone(&run.observer), step.id, step.address.clone());
    let listener = move |said: Said<'_>| {
        let address = address.clone();
        observer.observe(&match said {
            Said::Progress(words) => Event::StepProgress { id, address, message: words.to_owned() },
            Said::Checkpoint(resource) => Event::StepCheckpoint { id, address, resource: resource.to_owned() },
        });
    };
    let operation = format!("{}-{}", run.name, step.id.0);
    Context::new(plan.owner.clone(), operation, Arc::new(listener), Arc::clone(&run.cancelled))
}
