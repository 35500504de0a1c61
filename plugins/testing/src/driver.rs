//! A kind as the engine drives it.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange, Live, Owner, Retry};
use deploy_plugin::{AnyKind, Context, Purpose, Scope};
use serde_json::Value;

/// How often what was made is completed before a test gives up.
const MOST_COMPLETIONS: usize = 3;

/// A kind as the engine drives it, and the context of its operations.
pub struct Driver {
    /// The kind.
    pub kind: Arc<dyn AnyKind>,
    cx: Context,
}

impl Driver {
    /// Drives `kind` for one owner.
    pub fn new(kind: Arc<dyn AnyKind>) -> Self {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        Self { kind, cx: Context::quiet(owner) }
    }

    /// Makes the resource `name`, and completes it until the service knows it.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub async fn create(&self, name: &str, inputs: Value) -> Live {
        let owner = self.cx.owner().clone();
        let cx = Context::new(owner, format!("create-{name}"), Arc::new(|_| ()), Arc::default());
        let made = self.kind.create(&cx, &self.address(name), inputs).await.expect("created");
        for _ in 1..MOST_COMPLETIONS {
            match self.kind.complete(&cx, made.clone()).await {
                Err(fault) if may_pass(&fault) => {}
                result => return result.expect("completed"),
            }
        }
        self.kind.complete(&cx, made).await.expect("completed at last")
    }

    /// What those of these ids that exist tell others.
    ///
    /// # Panics
    /// Where the service refuses.
    pub async fn look_up(&self, ids: &[&str]) -> BTreeMap<String, Value> {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        self.kind.look_up(&self.cx, &ids).await.expect("looked up")
    }

    /// Everything that there is.
    ///
    /// # Panics
    /// Where that is not so, or the service refuses.
    pub async fn discover(&self) -> Vec<Live> {
        let scope = Scope {
            owner: self.cx.owner().clone(),
            prefix: "shop-dev".to_owned(),
            wanted: Vec::new(),
            purpose: Purpose::Compare,
        };
        self.kind.discover(&self.cx, &scope).await.expect("discovered")
    }

    /// The only one that there is.
    ///
    /// # Panics
    /// Where that is not so, or the service refuses.
    pub async fn only(&self) -> Live {
        let mut found = self.discover().await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Brings the only one to `inputs`, and shows that it is as they say.
    ///
    /// # Panics
    /// Where that is not so, or the service refuses.
    pub async fn becomes(&self, inputs: Value) {
        let changes: &[FieldChange] = &[];
        self.kind.update(&self.cx, self.only().await, inputs.clone(), changes).await.expect("updated");
        assert_eq!(self.only().await.inputs, inputs);
    }

    /// Retires the only one, deletes it, and deletes it once more.
    ///
    /// # Panics
    /// Where that is not so, or the service refuses.
    pub async fn retires_and_goes(&self) {
        let live = self.only().await;
        let to = live.address.retire("1");
        self.kind.retire(&self.cx, live, &to).await.expect("retired");
        let live = self.only().await;
        assert_eq!(live.address, to);
        self.delete(live.clone()).await;
        assert_eq!(self.discover().await, []);
        self.delete(live).await;
    }

    /// Deletes a resource.
    ///
    /// # Panics
    /// Where that is not so, or the service refuses.
    pub async fn delete(&self, live: Live) {
        self.kind.delete(&self.cx, live).await.expect("deleted");
    }

    fn address(&self, name: &str) -> Address {
        Address::new(self.kind.describe().name.clone(), name).expect("an address")
    }
}

/// As the engine sees it: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
fn may_pass(fault: &Fault) -> bool {
    fault.retry == Retry::Later || fault.kind == FaultKind::NotFound
}
