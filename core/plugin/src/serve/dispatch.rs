//! From a method's name to what answers it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use deploy_model::{Fault, FaultKind};
use futures::FutureExt;

use super::session::Shared;
use crate::host::Aws;
use crate::wire::{self, Call, Changes, Contribution, Envelope, Failure, Operation};
use crate::{Blueprint, Context, Graph, Outlook, Said, Scope, StageError};

/// Whether the conversation goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Frame,
    End,
}

/// Answers a request: at once where it is pure, later where it may take its time.
pub fn dispatch(shared: &Arc<Shared>, id: u64, request: Envelope) -> Next {
    let now = Now { shared, id, request: &request };
    match request.method.as_deref().unwrap_or_default() {
        wire::Initialize::METHOD => now.answer(|_: wire::Initialize| Ok(initialized(shared))),
        wire::Describe::METHOD => now.answer(|_: wire::Describe| Ok(wire::Description::of(&shared.detached()))),
        wire::Connect::METHOD => now.answer(|wire::Connect { region, endpoint_url }| {
            shared.connect(Aws { region, endpoint_url });
            Ok(serde_json::Map::new())
        }),
        wire::Desired::METHOD => now.answer(|call| desired(shared, &call)),
        wire::Transform::METHOD => now.answer(|call| transformed(shared, call)),
        wire::Answered::METHOD => now.answer(|call| answered(shared, call)),
        wire::Check::METHOD => now.answer(|call| findings(shared, &call)),
        wire::CheckInputs::METHOD => now
            .answer(|wire::CheckInputs { kind, inputs }| shared.kind(&kind)?.check(&inputs.iter().collect::<Vec<_>>())),
        wire::Shutdown::METHOD => {
            now.answer(|_: wire::Shutdown| Ok(serde_json::Map::new()));
            return Next::End;
        }
        _ => operate(shared, id, request),
    }
    Next::Frame
}

/// The operations on kinds.
fn operate(shared: &Arc<Shared>, id: u64, request: Envelope) {
    let later = Later { shared: Arc::clone(shared), id, request };
    match later.request.method.clone().unwrap_or_default().as_str() {
        wire::Discover::METHOD => later.answer(|call: &wire::Discover| &call.operation, discover),
        wire::LookUp::METHOD => later.answer(
            |call: &wire::LookUp| &call.operation,
            async |shared, cx, call| shared.kind(&call.kind)?.look_up(&cx, &call.ids).await,
        ),
        wire::QueryOthers::METHOD => later.answer(
            |call: &wire::QueryOthers| &call.operation,
            async |shared, cx, call| shared.kind(&call.kind)?.query(&cx, &call.queries).await,
        ),
        wire::Create::METHOD => later.answer(
            |call: &wire::Create| &call.operation,
            async |shared, cx, call| shared.kind(call.address.kind())?.create(&cx, &call.address, call.inputs).await,
        ),
        wire::Complete::METHOD => later.answer(
            |call: &wire::Complete| &call.operation,
            async |shared, cx, call| shared.kind(call.made.address.kind())?.complete(&cx, call.made).await,
        ),
        wire::Update::METHOD => later.answer(
            |call: &wire::Update| &call.operation,
            async |shared, cx, call| {
                let wire::Update { live, inputs, changes, .. } = call;
                shared.kind(live.address.kind())?.update(&cx, live, inputs, &changes).await
            },
        ),
        wire::Retire::METHOD => later.answer(
            |call: &wire::Retire| &call.operation,
            async |shared, cx, call| {
                shared.kind(call.live.address.kind())?.retire(&cx, call.live, &call.to).await?;
                Ok(serde_json::Map::new())
            },
        ),
        wire::Delete::METHOD => later.answer(
            |call: &wire::Delete| &call.operation,
            async |shared, cx, call| {
                shared.kind(call.live.address.kind())?.delete(&cx, call.live).await?;
                Ok(serde_json::Map::new())
            },
        ),
        unknown => later.refuse(Failure::unknown_method(unknown)),
    }
}

/// A request that is answered before the next frame is looked at.
struct Now<'a> {
    shared: &'a Shared,
    id: u64,
    request: &'a Envelope,
}

impl Now<'_> {
    fn answer<C: Call>(&self, work: impl FnOnce(C) -> Result<C::Answer, Fault>) {
        let answer = match self.request.parameters() {
            Ok(call) => settled(catch_unwind(AssertUnwindSafe(|| work(call))), C::METHOD),
            Err(malformed) => Err(Failure::of(unreadable(&malformed, C::METHOD))),
        };
        self.shared.wire.answer(self.id, C::METHOD, answer);
    }
}

/// An operation that runs beside others.
struct Later {
    shared: Arc<Shared>,
    id: u64,
    request: Envelope,
}

impl Later {
    fn answer<C: Call, F>(self, operation: fn(&C) -> &Operation, work: impl FnOnce(Arc<Shared>, Context, C) -> F)
    where
        F: Future<Output = Result<C::Answer, Fault>> + Send + 'static,
    {
        let call: C = match self.request.parameters() {
            Ok(call) => call,
            Err(malformed) => return self.refuse(Failure::of(unreadable(&malformed, C::METHOD))),
        };
        let deadline = Duration::from_millis(operation(&call).deadline_ms);
        let cx = self.context(operation(&call));
        let work = AssertUnwindSafe(work(Arc::clone(&self.shared), cx, call)).catch_unwind();
        tokio::spawn(async move {
            let answer = match tokio::time::timeout(deadline, work).await {
                Ok(answer) => settled(answer, C::METHOD),
                Err(_) => Err(Failure::of(late(C::METHOD, deadline))),
            };
            self.shared.end(self.id);
            self.shared.wire.answer(self.id, C::METHOD, answer);
        });
    }

    fn refuse(self, failure: Failure) {
        self.shared.wire.send(&Envelope::answer::<()>(self.id, Err(failure)));
    }

    fn context(&self, operation: &Operation) -> Context {
        let (wire, id) = (Arc::clone(&self.shared.wire), self.id);
        let listener = move |said: Said<'_>| match said {
            Said::Progress(words) => wire.notify(&wire::Progress { id, message: words.to_owned() }),
            Said::Checkpoint(made) => wire.notify(&wire::Checkpoint { id, made: made.to_owned() }),
        };
        let flag = self.shared.begin(id);
        Context::new(operation.owner.clone(), operation.id.clone(), Arc::new(listener), flag)
            .attempt_number(operation.attempt)
    }
}

/// What came of a call. A panic's own words are not passed on: they can hold anything.
fn settled<A>(outcome: std::thread::Result<Result<A, Fault>>, method: &str) -> Result<A, Failure> {
    match outcome {
        Ok(answer) => answer.map_err(Failure::of),
        Err(_) => Err(Failure::broken(&format!("panicked in the middle of `{method}`"))),
    }
}

fn unreadable(malformed: &wire::Malformed, method: &str) -> Fault {
    Fault::internal(format!("the parameters of `{method}` are {malformed}"))
}

fn late(method: &str, deadline: Duration) -> Fault {
    Fault::new(FaultKind::Timeout, format!("`{method}` was given up after {} s", deadline.as_secs_f32()))
}

fn initialized(shared: &Shared) -> wire::Initialized {
    let manifest = &shared.manifest;
    wire::Initialized {
        oldest: wire::OLDEST_PROTOCOL,
        newest: wire::NEWEST_PROTOCOL,
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        scopes: manifest.scopes.clone(),
    }
}

fn desired(shared: &Shared, call: &wire::Desired) -> Result<Contribution, Fault> {
    let mut graph = Graph::new();
    shared.stage(&call.stage)?.desired(&call.config, &call.environment, &mut graph)?;
    Ok(Contribution::of(graph))
}

fn transformed(shared: &Shared, call: wire::Transform) -> Result<Changes, Fault> {
    let before = Blueprint::from(call.blueprint);
    let mut after = before.clone();
    let outcome = shared.stage(&call.stage)?.transform(&call.config, &call.environment, &mut after);
    changes(outcome, &before, after)
}

fn answered(shared: &Shared, call: wire::Answered) -> Result<Changes, Fault> {
    let before = Blueprint::from(call.blueprint);
    let mut after = before.clone();
    let outcome = shared.stage(&call.stage)?.answered(&call.config, &call.answers, &mut after);
    changes(outcome, &before, after)
}

fn changes(outcome: Result<(), StageError>, before: &Blueprint, after: Blueprint) -> Result<Changes, Fault> {
    match outcome {
        Ok(()) => Ok(Changes::between(before, after)),
        Err(StageError::Problems(problems)) => Ok(Changes { problems, ..Changes::default() }),
        Err(StageError::Fault(fault)) => Err(fault),
    }
}

fn findings(shared: &Shared, call: &wire::Check) -> Result<Vec<deploy_model::Finding>, Fault> {
    let outlook = Outlook { plan: &call.plan, desired: &call.desired, answers: &call.answers };
    shared.stage(&call.stage)?.check(&call.config, &outlook)
}

async fn discover(shared: Arc<Shared>, cx: Context, call: wire::Discover) -> Result<Vec<deploy_model::Live>, Fault> {
    let wire::Discover { kind, prefix, wanted, purpose, .. } = call;
    let scope = Scope { owner: cx.owner().clone(), prefix, wanted, purpose };
    shared.kind(&kind)?.discover(&cx, &scope).await
}
