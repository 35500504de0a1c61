//! Making something exactly once, whatever becomes of the answers.
//!
//! A creation whose answer was lost may have taken effect, and most calls that create have no client token: sent again,
//! they make a twin. So it is looked for until reads can no longer lag behind it, and what is found is taken for what was
//! to be made. Only then is the call sent again. Should the first have taken effect even later, the twin is found at the
//! end of the run and deleted: nothing can refer to it.

use deploy_model::{Action, Address, Fault, FaultKind, Live, Plan, Step};
use deploy_plugin::{Context, Purpose, Scope, Wanted};
use serde_json::Value;

use crate::event::Event;
use crate::kinds::Known;
use crate::permit::Fence;
use crate::persist::{persist, refused_or_unanswered, write};

/// How often a creation is sent again whose answers are lost.
const MOST_RESENT: u32 = 3;

/// A step that makes something.
pub(crate) struct Creation<'a> {
    pub(crate) fence: &'a Fence<'a>,
    pub(crate) plan: &'a Plan,
    pub(crate) step: &'a Step,
    /// What it shall be, with every output of earlier steps in its place.
    pub(crate) inputs: &'a Value,
}

/// What was made.
pub(crate) struct Created {
    pub(crate) live: Live,
    /// Whether it was asked for more than once, so that it may be there twice.
    pub(crate) is_doubtful: bool,
}

impl Creation<'_> {
    /// Makes it.
    pub(crate) async fn perform(&self, cx: &Context) -> Result<Created, Fault> {
        let made = |live, resent| Created { live, is_doubtful: resent > 0 };
        let mut resent = 0;
        loop {
            let fault = match self.send(&cx.attempt_number(resent + 1)).await {
                Ok(live) => return Ok(made(live, resent)),
                Err(fault) => fault,
            };
            // Where an answer was lost, a name that is taken now may have been taken by ourselves.
            let is_taken = resent > 0 && fault.kind == FaultKind::Conflict;
            if !(fault.is_unanswered() || is_taken) || cx.is_cancelled() {
                return Err(fault);
            }
            cx.progress("the answer was lost: looking whether it was made");
            if let Some(live) = self.look(cx).await {
                return Ok(made(live, resent));
            }
            if is_taken || resent == MOST_RESENT || cx.is_cancelled() {
                return Err(fault);
            }
            resent += 1;
            let address = self.step.address.clone();
            self.fence.run.observer.observe(&Event::StepRetried { id: self.step.id, address, fault });
        }
    }

    /// Deletes what is there a second time, and says which.
    pub(crate) async fn delete_twins(&self, cx: &Context, kept: &Live) -> Result<Vec<String>, Fault> {
        let kind = self.known().kind.as_ref();
        let found = self.found(cx).await?;
        let mut deleted = Vec::new();
        for twin in found.into_iter().filter(|live| live.id != kept.id) {
            persist(self.fence, cx, self.step, refused_or_unanswered, async |cx| kind.delete(cx, twin.clone()).await)
                .await?;
            deleted.push(twin.id);
        }
        Ok(deleted)
    }

    async fn send(&self, cx: &Context) -> Result<Live, Fault> {
        let kind = self.known().kind.as_ref();
        let address = &self.step.address;
        persist(self.fence, cx, self.step, write(self.step), async |cx| {
            kind.create(cx, address, self.inputs.clone()).await
        })
        .await
    }

    /// What a creation has made whose answer was lost, once reads can no longer lag behind it. One that has a client token
    /// is looked for as well: not every server heeds it.
    async fn look(&self, cx: &Context) -> Option<Live> {
        let lag = self.fence.run.lag;
        for _ in 0..=lag.looks {
            (self.fence.run.sleep)(lag.pause).await;
            // A listing that fails has shown nothing. There are more to come.
            let found = self.found(cx).await.unwrap_or_default();
            if let Some(live) = found.into_iter().next() {
                return Some(Live { inputs: self.inputs.clone(), ..live });
            }
            if cx.is_cancelled() {
                break;
            }
        }
        None
    }

    /// What has the step's address now and was not there when the plan was made: what is about to be replaced may still
    /// be shown under the address that it had.
    async fn found(&self, cx: &Context) -> Result<Vec<Live>, Fault> {
        let address = &self.step.address;
        let wanted = vec![Wanted { address: address.clone(), inputs: self.inputs.clone() }];
        let (owner, prefix) = (self.plan.owner.clone(), self.fence.run.prefix.clone());
        let scope = Scope { owner, prefix, wanted, purpose: Purpose::Compare };
        let found = self.known().kind.discover(cx, &scope).await?;
        Ok(found.into_iter().filter(|live| &live.address == address && !was_there(self.plan, live)).collect())
    }

    fn known(&self) -> &Known {
        self.fence.run.kinds.of(&self.step.address)
    }
}

/// Whether the plan knows a resource as one that is there.
fn was_there(plan: &Plan, found: &Live) -> bool {
    let is_kind = |address: &Address| address.kind() == found.address.kind();
    plan.steps.iter().filter(|step| is_kind(&step.address)).any(|step| match &step.action {
        Action::Create { .. } => false,
        Action::Update { live, .. } | Action::Retire { live, .. } | Action::Delete { live } => live.id == found.id,
    })
}
