//! An endpoint of a test's own: the embedded AWS behind a port. Every call is counted, and a test decides what becomes
//! of each: it is answered, refused as one too many, fails, or its connection is cut.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deploy_local::Local;
use deploy_local::world::World;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It takes effect and is answered.
    Answered,
    /// It is one call too many.
    Throttled,
    /// The caller may not do this.
    Denied,
    /// The service fails before it did anything.
    Failed,
    /// The service fails after it did everything.
    FailedAfter,
    /// The connection is cut after the call took effect.
    CutAfter,
}

type Decide = Arc<dyn Fn(&str, usize) -> Fate + Send + Sync>;

/// The endpoint. It lives as long as the test process.
pub struct Endpoint {
    address: SocketAddr,
    served: Arc<Served>,
}

struct Served {
    local: Local,
    calls: Mutex<Vec<String>>,
    decide: Mutex<Decide>,
    delay: Mutex<Duration>,
    meeting: Mutex<Option<Meeting>>,
}

/// The first calls of an operation, which wait for each other.
#[derive(Clone)]
struct Meeting {
    operation: &'static str,
    calls: usize,
    barrier: Arc<tokio::sync::Barrier>,
}

impl Endpoint {
    /// Starts one that answers every call at once.
    pub fn start() -> Self {
        let served = Arc::new(Served {
            local: Local::in_memory(1),
            calls: Mutex::default(),
            decide: Mutex::new(Arc::new(|_, _| Fate::Answered)),
            delay: Mutex::default(),
            meeting: Mutex::default(),
        });
        let (sender, receiver) = std::sync::mpsc::channel();
        let shared = Arc::clone(&served);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
                sender.send(listener.local_addr().expect("an address")).expect("the test listens");
                loop {
                    let (stream, _) = listener.accept().await.expect("a connection");
                    let served = Arc::clone(&shared);
                    let service = service_fn(move |request| answer(Arc::clone(&served), request));
                    let http = hyper::server::conn::http1::Builder::new();
                    tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
                }
            });
        });
        Self { address: receiver.recv().expect("the endpoint starts"), served }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on `decide` says what becomes of a call, by its operation and by how many of that operation came before.
    /// The count begins anew.
    pub fn decide(&self, decide: impl Fn(&str, usize) -> Fate + Send + Sync + 'static) {
        *self.served.decide.lock().expect("no test panicked in it") = Arc::new(decide);
        self.served.calls.lock().expect("no test panicked in it").clear();
    }

    /// From now on every call is answered, each after a while. The count begins anew.
    pub fn answer_after(&self, delay: Duration) {
        *self.served.delay.lock().expect("no test panicked in it") = delay;
        self.decide(|_, _| Fate::Answered);
    }

    /// From now on every call is answered, and the first so many of an operation only together. The count begins anew.
    pub fn meet(&self, operation: &'static str, calls: usize) {
        let meeting = Meeting { operation, calls, barrier: Arc::new(tokio::sync::Barrier::new(calls)) };
        *self.served.meeting.lock().expect("no test panicked in it") = Some(meeting);
        self.decide(|_, _| Fate::Answered);
    }

    /// Changes a setting of the embedded AWS.
    pub fn configure(&self, name: &str, value: &str) {
        self.served.local.with_world(|world| world.settings.set(name, value).expect("a setting")).expect("a world");
    }

    /// Looks at the embedded AWS, or changes it.
    pub fn with_world<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.served.local.with_world(work).expect("a world")
    }

    /// The operations that were called since the count began, in their order: `PutParameter`.
    pub fn calls(&self) -> Vec<String> {
        self.served.calls.lock().expect("no test panicked in it").clone()
    }

    /// How many calls of an operation came since the count began.
    pub fn count(&self, operation: &str) -> usize {
        self.calls().iter().filter(|call| *call == operation).count()
    }
}

/// A reply, or nothing where the connection is cut.
async fn answer(served: Arc<Served>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let operation = operation(&head, &body);
    let (fate, before) = {
        let mut calls = served.calls.lock().expect("no test panicked in it");
        let before = calls.iter().filter(|call| **call == operation).count();
        calls.push(operation.clone());
        let decide = Arc::clone(&served.decide.lock().expect("no test panicked in it"));
        (decide(&operation, before), before)
    };
    let meeting = served.meeting.lock().expect("no test panicked in it").clone();
    if let Some(meeting) = meeting.filter(|meeting| meeting.operation == operation && before < meeting.calls) {
        meeting.barrier.wait().await;
    }
    let delay = *served.delay.lock().expect("no test panicked in it");
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let pass = || served.local.call(Request::from_parts(head, body.to_vec())).map(|body| Full::new(Bytes::from(body)));
    match fate {
        Fate::Answered => Ok(pass()),
        Fate::Throttled => Ok(error(400, "ThrottlingException")),
        Fate::Denied => Ok(error(400, "AccessDeniedException")),
        Fate::Failed => Ok(error(500, "InternalServerError")),
        Fate::FailedAfter => {
            pass();
            Ok(error(500, "InternalServerError"))
        }
        Fate::CutAfter => {
            pass();
            Err(Cut)
        }
    }
}

/// What ends a connection without a reply.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

fn error(status: u16, code: &str) -> Response<Full<Bytes>> {
    let body = format!("{{\"__type\":\"{code}\",\"message\":\"made up by the test\"}}");
    let reply = Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
    reply.body(Full::new(Bytes::from(body))).expect("a reply")
}

fn operation(head: &http::request::Parts, body: &[u8]) -> String {
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.and_then(|target| target.rsplit('.').next()).map(str::to_owned);
    let action =
        || String::from_utf8_lossy(body).split('&').find_map(|pair| pair.strip_prefix("Action=").map(str::to_owned));
    target.or_else(action).unwrap_or_default()
}
