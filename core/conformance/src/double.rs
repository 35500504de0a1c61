//! Kinds whose first creation is sent twice, as after a reply that was lost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use deploy_model::{Address, Fault, FieldChange, KindDescription, KindName, Live};
use deploy_plugin::{AnyAnswer, AnyKind, BoxFuture, ByQuestion, Context, Misfit, Patience, Scope};
use serde_json::Value;

/// What became of a creation that was sent once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Second {
    /// It made nothing, and gave the same id.
    Same,
    /// It made another resource.
    Twin,
    /// It was refused.
    Refused(String),
}

/// What became of the second creations, by kind.
#[derive(Clone, Default)]
pub struct Doubles(Arc<Mutex<BTreeMap<KindName, Option<Second>>>>);

impl Doubles {
    /// `kind`, whose first creation from now on is sent twice.
    pub fn around(&self, kind: Arc<dyn AnyKind>) -> Arc<dyn AnyKind> {
        Arc::new(Doubled { kind, doubles: self.clone() })
    }

    /// What became of the second creations.
    pub fn seen(&self) -> BTreeMap<KindName, Second> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        seen.into_iter().filter_map(|(kind, second)| Some((kind, second?))).collect()
    }

    /// Whether this is the first creation of a kind.
    fn begin(&self, kind: &KindName) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = !seen.contains_key(kind);
        seen.entry(kind.clone()).or_insert(None);
        is_first
    }

    fn end(&self, kind: &KindName, second: Second) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(kind.clone(), Some(second));
    }
}

struct Doubled {
    kind: Arc<dyn AnyKind>,
    doubles: Doubles,
}

impl Doubled {
    /// Sends a creation again, and gives what is there afterwards.
    async fn create_again(&self, cx: &Context, address: &Address, inputs: Value, first: Live) -> (Live, Second) {
        match self.kind.create(&cx.attempt_number(cx.attempt() + 1), address, inputs).await {
            Ok(second) if second.id == first.id => (first, Second::Same),
            Ok(twin) => {
                // Two with one address would stop everything else. The earlier goes: of revisions the last is the one.
                let _ = self.kind.delete(cx, first).await;
                (twin, Second::Twin)
            }
            Err(fault) => (first, Second::Refused(fault.to_string())),
        }
    }
}

impl AnyKind for Doubled {
    fn describe(&self) -> &KindDescription {
        self.kind.describe()
    }

    fn check(&self, inputs: &[&Value]) -> Result<Vec<Option<Misfit>>, Fault> {
        self.kind.check(inputs)
    }

    fn patience(&self) -> Patience {
        self.kind.patience()
    }

    fn discover<'a>(&'a self, cx: &'a Context, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Live>, Fault>> {
        self.kind.discover(cx, scope)
    }

    fn look_up<'a>(
        &'a self,
        cx: &'a Context,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<BTreeMap<String, Value>, Fault>> {
        self.kind.look_up(cx, ids)
    }

    fn query<'a>(
        &'a self,
        cx: &'a Context,
        queries: &'a [String],
    ) -> BoxFuture<'a, Result<ByQuestion<AnyAnswer>, Fault>> {
        self.kind.query(cx, queries)
    }

    fn create<'a>(
        &'a self,
        cx: &'a Context,
        address: &'a Address,
        inputs: Value,
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        Box::pin(async move {
            let first = self.kind.create(cx, address, inputs.clone()).await?;
            let name = &self.describe().name;
            if !self.doubles.begin(name) {
                return Ok(first);
            }
            let (live, second) = self.create_again(cx, address, inputs, first).await;
            self.doubles.end(name, second);
            Ok(live)
        })
    }

    fn complete<'a>(&'a self, cx: &'a Context, made: Live) -> BoxFuture<'a, Result<Live, Fault>> {
        self.kind.complete(cx, made)
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context,
        live: Live,
        inputs: Value,
        changes: &'a [FieldChange],
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        self.kind.update(cx, live, inputs, changes)
    }

    fn retire<'a>(&'a self, cx: &'a Context, live: Live, to: &'a Address) -> BoxFuture<'a, Result<(), Fault>> {
        self.kind.retire(cx, live, to)
    }

    fn delete<'a>(&'a self, cx: &'a Context, live: Live) -> BoxFuture<'a, Result<(), Fault>> {
        self.kind.delete(cx, live)
    }
}
