//! The fence around a kind: whatever goes wrong inside comes out as a fault.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use deploy_model::{Address, Fault, FieldChange, KindDescription, Live};
use deploy_plugin::{AnyAnswer, AnyKind, BoxFuture, ByQuestion, Context, Scope};
use futures::FutureExt;
use serde_json::Value;

/// `kind` with every operation fenced.
pub fn fenced(kind: Arc<dyn AnyKind>) -> Arc<dyn AnyKind> {
    Arc::new(Fenced(kind))
}

struct Fenced(Arc<dyn AnyKind>);

impl Fenced {
    /// Runs an operation. A panic's own message is not passed on: it can hold anything, a secret too.
    fn run<'a, T: 'a>(
        &'a self,
        operation: impl Future<Output = Result<T, Fault>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, Fault>> {
        Box::pin(async move {
            AssertUnwindSafe(operation).catch_unwind().await.unwrap_or_else(|_| {
                let name = &self.0.describe().name;
                Err(Fault::internal(format!("the plugin of `{name}` panicked"))
                    .help("the outcome is not known: run the command again, it looks before it acts"))
            })
        })
    }
}

impl AnyKind for Fenced {
    fn describe(&self) -> &KindDescription {
        self.0.describe()
    }

    fn discover<'a>(&'a self, cx: &'a Context, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Live>, Fault>> {
        self.run(async move { self.0.discover(cx, scope).await })
    }

    fn look_up<'a>(
        &'a self,
        cx: &'a Context,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<BTreeMap<String, Value>, Fault>> {
        self.run(async move { self.0.look_up(cx, ids).await })
    }

    fn query<'a>(
        &'a self,
        cx: &'a Context,
        queries: &'a [String],
    ) -> BoxFuture<'a, Result<ByQuestion<AnyAnswer>, Fault>> {
        self.run(async move { self.0.query(cx, queries).await })
    }

    fn create<'a>(
        &'a self,
        cx: &'a Context,
        address: &'a Address,
        inputs: Value,
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        self.run(async move { self.0.create(cx, address, inputs).await })
    }

    fn complete<'a>(&'a self, cx: &'a Context, made: Live) -> BoxFuture<'a, Result<Live, Fault>> {
        self.run(async move { self.0.complete(cx, made).await })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context,
        live: Live,
        inputs: Value,
        changes: &'a [FieldChange],
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        self.run(async move { self.0.update(cx, live, inputs, changes).await })
    }

    fn retire<'a>(&'a self, cx: &'a Context, live: Live, to: &'a Address) -> BoxFuture<'a, Result<(), Fault>> {
        self.run(async move { self.0.retire(cx, live, to).await })
    }

    fn delete<'a>(&'a self, cx: &'a Context, live: Live) -> BoxFuture<'a, Result<(), Fault>> {
        self.run(async move { self.0.delete(cx, live).await })
    }
}
