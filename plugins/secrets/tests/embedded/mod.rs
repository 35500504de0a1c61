//! An empty AWS within the test, with a record of what it was asked.

use std::sync::{Arc, Mutex};

use deploy_aws::{Clients, Embedded, Settings, through};
use deploy_local::{Local, Time};

/// The AWS, the clients that reach it, and the operations they called.
pub struct Aws {
    pub clients: Clients,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Aws {
    /// A new one.
    pub async fn start() -> Self {
        let calls = Arc::<Mutex<Vec<String>>>::default();

        let (door, record) = (Local::in_memory(1).at(Time(1_000_000)), calls.clone());
        let http = through(Arc::new(move |request| {
            let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
            let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or("?");
            record.lock().expect("no test panicked here").push(operation.to_owned());
            door.call(request)
        }));
        let embedded = Some(Embedded { http, account: "123456789012".to_owned() });
        let settings = Settings { region: Some("ap-northeast-1".to_owned()), embedded, ..Settings::default() };
        let clients = Clients::connect(settings).await.expect("a region is given");
        Self { clients, calls }
    }

    /// What was called since the last question, in order.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().expect("no test panicked here"))
    }
}
