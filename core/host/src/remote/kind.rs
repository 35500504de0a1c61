//! A kind behind the border.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deploy_model::{Address, Fault, FieldChange, KindDescription, Live};
use deploy_plugin::wire::{self, Call, Operation};
use deploy_plugin::{AnyAnswer, AnyKind, BoxFuture, ByQuestion, Context, Misfit, Patience, Scope};
use serde_json::Value;

use super::plugin::Remote;
use crate::child::{Terms, UNKNOWN_OUTCOME};

/// How much longer the host waits than it tells the plugin to take: an answer that came in time may be on its way.
const MARGIN: Duration = Duration::from_secs(1);

/// A kind of a plugin that runs in a process of its own.
pub struct RemoteKind {
    remote: Arc<Remote>,
    description: KindDescription,
}

/// Whether an operation changes something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Read,
    Change,
}

impl RemoteKind {
    pub fn new(remote: Arc<Remote>, description: KindDescription) -> Self {
        Self { remote, description }
    }

    /// Asks for what makes or changes the resource at `address`, and takes no other for it.
    fn of<'a, C: Call<Answer = Live> + Sync>(
        &'a self,
        address: &Address,
        call: C,
        terms: Terms,
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        let address = address.clone();
        Box::pin(async move {
            let live = self.remote.operate(call, terms).await?;
            if live.address == address {
                return Ok(live);
            }
            let what = format!("answers with `{}` where it was asked for `{address}`", live.address);
            Err(self.broken(&what).help(UNKNOWN_OUTCOME))
        })
    }

    fn broken(&self, what: &str) -> Fault {
        Fault::internal(format!("the kind `{}` of the plugin `{}` {what}", self.description.name, self.remote.name()))
    }

    fn terms(&self, cx: &Context, sort: Sort) -> (Operation, Terms) {
        let deadlines = self.remote.deadlines();
        let seconds = if sort == Sort::Read { deadlines.read } else { deadlines.change };
        let deadline = Duration::from_secs(u64::from(seconds));
        let operation = Operation {
            id: cx.operation().to_owned(),
            attempt: cx.attempt(),
            deadline_ms: u64::from(seconds) * 1000,
            owner: cx.owner().clone(),
        };
        let terms = Terms {
            deadline: deadline + MARGIN,
            listener: Some(Arc::clone(cx.listener())),
            cancelled: Some(Arc::clone(cx.cancellation())),
            grace: Duration::from_secs(u64::from(deadlines.stop)),
            changes: sort == Sort::Change,
        };
        (operation, terms)
    }
}

impl AnyKind for RemoteKind {
    fn describe(&self) -> &KindDescription {
        &self.description
    }

    fn check(&self, inputs: &[&Value]) -> Result<Vec<Option<Misfit>>, Fault> {
        let (asked, inputs) = (inputs.len(), inputs.iter().map(|inputs| (*inputs).clone()).collect());
        let misfits = self.remote.ask(wire::CheckInputs { kind: self.description.name.clone(), inputs })?;
        if misfits.len() == asked {
            Ok(misfits)
        } else {
            Err(self.broken("answers for more or fewer than it was asked"))
        }
    }

    fn patience(&self) -> Patience {
        let limit = Duration::from_secs(u64::from(self.remote.deadlines().retry));
        Patience { limit, plugin: Some(self.remote.name().to_owned()) }
    }

    fn discover<'a>(&'a self, cx: &'a Context, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Live>, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Read);
        let call = wire::Discover {
            kind: self.description.name.clone(),
            operation,
            prefix: scope.prefix.clone(),
            wanted: scope.wanted.clone(),
            purpose: scope.purpose,
        };
        Box::pin(self.remote.operate(call, terms))
    }

    fn look_up<'a>(
        &'a self,
        cx: &'a Context,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<BTreeMap<String, Value>, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Read);
        let call = wire::LookUp { kind: self.description.name.clone(), operation, ids: ids.to_vec() };
        Box::pin(self.remote.operate(call, terms))
    }

    fn query<'a>(
        &'a self,
        cx: &'a Context,
        queries: &'a [String],
    ) -> BoxFuture<'a, Result<ByQuestion<AnyAnswer>, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Read);
        let call = wire::QueryOthers { kind: self.description.name.clone(), operation, queries: queries.to_vec() };
        Box::pin(self.remote.operate(call, terms))
    }

    fn create<'a>(
        &'a self,
        cx: &'a Context,
        address: &'a Address,
        inputs: Value,
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Change);
        self.of(address, wire::Create { operation, address: address.clone(), inputs }, terms)
    }

    fn complete<'a>(&'a self, cx: &'a Context, made: Live) -> BoxFuture<'a, Result<Live, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Change);
        let address = made.address.clone();
        self.of(&address, wire::Complete { operation, made }, terms)
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context,
        live: Live,
        inputs: Value,
        changes: &'a [FieldChange],
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Change);
        let (address, changes) = (live.address.clone(), changes.to_vec());
        self.of(&address, wire::Update { operation, live, inputs, changes }, terms)
    }

    fn retire<'a>(&'a self, cx: &'a Context, live: Live, to: &'a Address) -> BoxFuture<'a, Result<(), Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Change);
        let call = wire::Retire { operation, live, to: to.clone() };
        Box::pin(async move { self.remote.operate(call, terms).await.map(drop) })
    }

    fn delete<'a>(&'a self, cx: &'a Context, live: Live) -> BoxFuture<'a, Result<(), Fault>> {
        let (operation, terms) = self.terms(cx, Sort::Change);
        Box::pin(async move { self.remote.operate(wire::Delete { operation, live }, terms).await.map(drop) })
    }
}
