//! The proxy itself: every call arrives, is counted, meets its fate.

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use http::request::Parts;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::{Pid, kill_process};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::call::{Asked, Protocol};
use crate::connection::{Answer, Connection, Cut, End, torn, whole};
use crate::past::{Past, Question};
use crate::{Action, Call, Fault, Faults, Script, Side, Signal, Upstream, reply};

/// A proxy that listens on the loopback interface until it is dropped.
pub struct Bench {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    upstream: Upstream,
    state: Mutex<State>,
    /// Whom signals go to.
    target: watch::Sender<Option<Pid>>,
}

struct State {
    script: Arc<dyn Script>,
    calls: Vec<Call>,
    struck: Vec<Call>,
    past: Past,
}

impl Bench {
    /// Starts one that answers every call.
    ///
    /// # Errors
    /// Where the system has no port or no thread to give.
    pub fn before(upstream: Upstream) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state =
            State { script: Arc::new(Faults::default()), calls: Vec::new(), struck: Vec::new(), past: Past::default() };
        let shared = Arc::new(Shared { upstream, state: Mutex::new(state), target: watch::Sender::new(None) });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("bench".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    // A listener that fails leaves its clients without a connection, which a test sees.
                    _ = listen(listener, served) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on this decides what becomes of each call. The count begins anew; what reads were answered stays known.
    pub fn play(&self, script: impl Script + 'static) {
        let mut state = self.shared.state();
        state.script = Arc::new(script);
        state.calls.clear();
        state.struck.clear();
    }

    /// Time passes: what has changed until now is seen by every read from now on.
    pub fn catch_up(&self) {
        self.shared.state().past = Past::default();
    }

    /// Signals go to this process from now on. Calls that send one wait for this.
    pub fn aim(&self, process: &std::process::Child) {
        self.shared.target.send_replace(i32::try_from(process.id()).ok().and_then(Pid::from_raw));
    }

    /// Signals go to nobody: a call that is to send one waits until there is somebody again.
    pub fn lower(&self) {
        self.shared.target.send_replace(None);
    }

    /// The calls since the count began, in the order of their arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// The calls since the count began that something happened to.
    #[must_use]
    pub fn struck(&self) -> Vec<Call> {
        self.shared.state().struck.clone()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn listen(listener: std::net::TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (end, shared) = (End::default(), Arc::clone(&shared));
        let connection = Connection::new(stream, end.clone());
        let service = service_fn(move |request| answer(Arc::clone(&shared), end.clone(), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

async fn answer(shared: Arc<Shared>, end: End, request: Request<Incoming>) -> Result<Response<Answer>, Cut> {
    let (head, body) = request.into_parts();
    // Who breaks off while asking is not answered.
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let (passage, action) = shared.arrive(head, body);
    match action {
        Action::Pass => Ok(whole(passage.forward().await)),
        Action::Rewrite(rewrite) => Ok(whole(rewrite(passage.forward().await))),
        Action::Meet(fault) => passage.meet(fault, &end).await,
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arrive(self: Arc<Self>, head: Parts, body: Bytes) -> (Passage, Action) {
        let Asked { protocol, operation } = Asked::of(&head, &body);
        let (call, action) = {
            let mut state = self.state();
            let nth = state.calls.iter().filter(|call| call.operation == operation).count() + 1;
            let call = Call { operation, number: state.calls.len() + 1, nth, body: body.clone() };
            state.calls.push(call.clone());
            let action = state.script.action(&call);
            if !matches!(action, Action::Pass) {
                state.struck.push(call.clone());
            }
            (call, action)
        };
        (Passage { shared: self, call, protocol, head, body }, action)
    }

    async fn send(&self, signal: Signal) {
        let signal = match signal {
            Signal::Interrupt => rustix::process::Signal::INT,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        let mut target = self.target.subscribe();
        if let Ok(pid) = target.wait_for(Option::is_some).await.map(|pid| *pid)
            && let Some(pid) = pid
        {
            // It may have ended by itself, and nobody has waited for it yet: the number is still its own.
            let _ = kill_process(pid, signal);
        }
    }
}

/// A call on its way.
struct Passage {
    shared: Arc<Shared>,
    call: Call,
    protocol: Protocol,
    head: Parts,
    body: Bytes,
}

impl Passage {
    /// The answer of the AWS behind. What was sent there takes effect, whoever has left meanwhile.
    async fn forward(&self) -> Response<Bytes> {
        let (upstream, head, body) = (self.shared.upstream.clone(), self.head.clone(), self.body.clone());
        let sent = tokio::spawn(async move { upstream.answer(Request::from_parts(head, body)).await });
        let reply = sent.await.map_err(io::Error::other).flatten().unwrap_or_else(|_| reply::gone());
        if self.call.is_read() {
            self.shared.state().past.remember(self.question(), &reply);
        }
        reply
    }

    fn question(&self) -> Question {
        Question::of(&self.call.operation, &self.head, &self.body)
    }

    async fn meet(self, fault: Fault, end: &End) -> Result<Response<Answer>, Cut> {
        match fault {
            Fault::Reset(side) => {
                self.take_effect(side).await;
                end.reset();
                Err(Cut)
            }
            Fault::Unavailable(side) => {
                self.take_effect(side).await;
                Ok(whole(reply::unavailable(self.protocol)))
            }
            Fault::Throttled => Ok(whole(reply::throttled(self.protocol))),
            Fault::Expired => Ok(whole(reply::expired(self.protocol))),
            Fault::Late(after) => {
                let reply = self.forward().await;
                sleep(after).await;
                Ok(whole(reply))
            }
            Fault::Held => {
                self.forward().await;
                pending().await
            }
            Fault::Truncated => Ok(torn(self.forward().await)),
            Fault::Stale(reads) => {
                let reply = self.forward().await;
                Ok(whole(self.shared.state().past.lagging(&self.question(), reads).unwrap_or(reply)))
            }
            Fault::Signalled(signal, side) => self.signal(signal, side).await,
        }
    }

    async fn take_effect(&self, side: Side) {
        if side == Side::After {
            self.forward().await;
        }
    }

    async fn signal(self, signal: Signal, side: Side) -> Result<Response<Answer>, Cut> {
        match (signal, side) {
            (Signal::Interrupt, Side::Before) => {
                self.shared.send(signal).await;
                Ok(whole(self.forward().await))
            }
            (Signal::Interrupt, Side::After) => {
                let reply = self.forward().await;
                self.shared.send(signal).await;
                Ok(whole(reply))
            }
            (Signal::Kill, side) => {
                self.take_effect(side).await;
                self.shared.send(signal).await;
                Err(Cut)
            }
        }
    }
}
