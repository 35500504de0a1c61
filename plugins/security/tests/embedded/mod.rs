//! An empty AWS within the test, with a record of what it was asked and a way to make it refuse.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use deploy_aws::{Clients, Embedded, Settings, through};
use deploy_local::{Local, Time};
use deploy_plugin::model::{Address, FieldChange, Live, Owner};
use deploy_plugin::{AnyKind, Context, Purpose, Scope};
use serde_json::Value;

/// The AWS and the clients that reach it.
pub struct Aws {
    pub clients: Clients,
    record: Arc<Mutex<Record>>,
}

#[derive(Default)]
struct Record {
    calls: Vec<String>,
    refusals: BTreeMap<String, &'static str>,
}

impl Aws {
    /// A new one.
    pub async fn start() -> Self {
        let record = Arc::<Mutex<Record>>::default();
        let (door, asked) = (Local::in_memory(1).at(Time(1_000_000)), record.clone());
        let http = through(Arc::new(move |request| {
            let body = String::from_utf8_lossy(request.body());
            let operation = body.split('&').find_map(|field| field.strip_prefix("Action=")).unwrap_or("?").to_owned();
            match locked(&asked).answer(operation) {
                Some(refusal) => refusal,
                None => door.call(request),
            }
        }));
        let embedded = Some(Embedded { http, account: "123456789012".to_owned() });
        let settings = Settings { region: Some("ap-northeast-1".to_owned()), embedded, ..Settings::default() };
        let clients = Clients::connect(settings).await.expect("a region is given");
        Self { clients, record }
    }

    /// What was called since the last question, in order.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.record).calls)
    }

    /// Refuses the next call of `operation` with an error code.
    pub fn refuse(&self, operation: &str, code: &'static str) {
        locked(&self.record).refusals.insert(operation.to_owned(), code);
    }
}

impl Record {
    fn answer(&mut self, operation: String) -> Option<http::Response<Vec<u8>>> {
        let code = self.refusals.remove(&operation);
        self.calls.push(operation);
        let body =
            format!("<Response><Errors><Error><Code>{}</Code><Message>no</Message></Error></Errors></Response>", code?);
        Some(http::Response::builder().status(400).body(body.into_bytes()).expect("a response"))
    }
}

fn locked(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().expect("no test panicked here")
}

/// A kind as the engine drives it, and the context of its operations.
pub struct Driver {
    pub kind: Arc<dyn AnyKind>,
    cx: Context,
}

impl Driver {
    /// Drives `kind` for one owner.
    pub fn new(kind: Arc<dyn AnyKind>) -> Self {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        Self { kind, cx: Context::quiet(owner) }
    }

    /// Makes the resource `name`.
    pub async fn create(&self, name: &str, inputs: Value) -> Live {
        let owner = self.cx.owner().clone();
        let cx = Context::new(owner, format!("create-{name}"), Arc::new(|_| ()), Arc::default());
        self.kind.create(&cx, &self.address(name), inputs).await.expect("created")
    }

    /// Everything that there is.
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
    pub async fn only(&self) -> Live {
        let mut found = self.discover().await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Brings the only one to `inputs`, and shows that it is as they say.
    pub async fn becomes(&self, inputs: Value) {
        let changes: &[FieldChange] = &[];
        self.kind.update(&self.cx, self.only().await, inputs.clone(), changes).await.expect("updated");
        assert_eq!(self.only().await.inputs, inputs);
    }

    /// Retires the only one, deletes it, and deletes it once more.
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
    pub async fn delete(&self, live: Live) {
        self.kind.delete(&self.cx, live).await.expect("deleted");
    }

    fn address(&self, name: &str) -> Address {
        Address::new(self.kind.describe().name.clone(), name).expect("an address")
    }
}
