//! The fence around stages and kinds: whatever goes wrong inside comes out as a fault.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use deploy_model::{Address, Fault, FieldChange, Finding, KindDescription, Live};
use deploy_plugin::{
    Answers, AnyAnswer, AnyKind, AnyStage, Blueprint, BoxFuture, ByQuestion, Context, Graph, Methods, Misfit, Outlook,
    Patience, Scope, StageContext, StageError, StageSection,
};
use futures::FutureExt;
use serde_json::Value;

/// `kind` with every operation fenced.
pub fn fenced(kind: Arc<dyn AnyKind>) -> Arc<dyn AnyKind> {
    Arc::new(Fenced(kind))
}

/// `stage` with every call fenced.
pub fn fenced_stage(stage: Arc<dyn AnyStage>) -> Arc<dyn AnyStage> {
    Arc::new(FencedStage(stage))
}

struct Fenced(Arc<dyn AnyKind>);

struct FencedStage(Arc<dyn AnyStage>);

/// What `work` gives, or nothing where it panics.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

impl FencedStage {
    fn run<T, E: From<Fault>>(&self, work: impl FnOnce(&dyn AnyStage) -> Result<T, E>) -> Result<T, E> {
        let panicked = || Fault::internal(format!("the plugin of the stage `{}` panicked", self.0.name()));
        caught(|| work(self.0.as_ref())).unwrap_or_else(|| Err(panicked().into()))
    }
}

impl AnyStage for FencedStage {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn section(&self) -> StageSection {
        self.0.section()
    }

    fn methods(&self) -> Methods {
        self.0.methods()
    }

    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph) -> Result<(), Fault> {
        self.run(|stage| stage.desired(config, cx, graph))
    }

    fn transform(&self, config: &Value, cx: &StageContext, blueprint: &mut Blueprint) -> Result<(), StageError> {
        self.run(|stage| stage.transform(config, cx, blueprint))
    }

    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), StageError> {
        self.run(|stage| stage.answered(config, answers, blueprint))
    }

    fn check(&self, config: &Value, outlook: &Outlook<'_>) -> Result<Vec<Finding>, Fault> {
        self.run(|stage| stage.check(config, outlook))
    }
}

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

    fn check(&self, inputs: &[&Value]) -> Result<Vec<Option<Misfit>>, Fault> {
        let name = &self.0.describe().name;
        caught(|| self.0.check(inputs))
            .unwrap_or_else(|| Err(Fault::internal(format!("the plugin of `{name}` panicked"))))
    }

    fn patience(&self) -> Patience {
        self.0.patience()
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
