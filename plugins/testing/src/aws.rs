//! An AWS within the test, with a record of what it was asked and a way to make it refuse.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use deploy_aws::{Clients, Embedded, Settings, through};
use deploy_local::{Local, Time};

/// The AWS, and the clients that reach it.
pub struct Aws {
    /// The AWS itself: account 123456789012, region ap-northeast-1.
    pub local: Local,
    /// The clients.
    pub clients: Clients,
    record: Arc<Mutex<Record>>,
}

#[derive(Default)]
struct Record {
    calls: Vec<String>,
    refusals: BTreeMap<String, &'static str>,
}

impl Aws {
    /// An empty one, whose clock stands still.
    pub async fn start() -> Self {
        Self::on(Local::in_memory(1).at(Time(1_000_000))).await
    }

    /// One that exists already.
    ///
    /// # Panics
    /// Never: a region is given.
    pub async fn on(local: Local) -> Self {
        let record = Arc::<Mutex<Record>>::default();
        let (door, asked) = (local.clone(), record.clone());
        let http = through(Arc::new(move |request| match locked(&asked).answer(operation(&request)) {
            Some(refusal) => (refusal, Duration::ZERO),
            None => door.answer(&request).into(),
        }));
        let embedded = Some(Embedded { http, account: "123456789012".to_owned() });
        let settings = Settings { region: Some("ap-northeast-1".to_owned()), embedded, ..Settings::default() };
        let clients = Clients::connect(settings).await.expect("a region is given");
        Self { local, clients, record }
    }

    /// What was called since the last question, in order.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.record).calls)
    }

    /// Refuses the next call of EC2's `operation` with an error code.
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

/// The operation: in a header where the protocol is JSON, in the body where it is a query.
fn operation(request: &http::Request<Vec<u8>>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let body = String::from_utf8_lossy(request.body());
    let action = || body.split('&').find_map(|field| field.strip_prefix("Action="));
    target.and_then(|target| target.rsplit('.').next()).or_else(action).unwrap_or("?").to_owned()
}

fn locked(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().expect("no test panicked here")
}
