//! What a run costs, against an AWS whose every reply takes 50 ms: calls, the longest chain of calls
//! in sequence, wall time, peak memory.
//!
//! `cargo bench -p deploy --bench calls --profile dev`. The endpoint is the embedded AWS behind a port, with the
//! delay in front of it; the program is the real one, over real HTTP. With `-- --each`, every call is listed: its round,
//! when it came, and how long it took, in milliseconds.
//!
//! The apply of 500 parameters waits half a minute for two names that were deleted before: that is AWS's rule.

#![expect(clippy::print_stdout, reason = "a bench reports")]

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use deploy_local::Local;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const DELAY: Duration = Duration::from_millis(50);

/// One call: when it came in, when it was answered, and whether it only looks how a service is doing.
#[derive(Clone)]
struct Call {
    start: Instant,
    end: Instant,
    operation: String,
}

type Calls = Arc<Mutex<Vec<Call>>>;

fn main() {
    let calls = Calls::default();
    let address = serve(Arc::clone(&calls));
    let project = tempfile::tempdir().expect("a folder");
    copy_environments(project.path());
    let bench = Bench { project: project.path(), address, calls };
    println!("{:<34}{:>7}{:>8}{:>10}{:>10}", "", "calls", "rounds", "wall", "memory");
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        bench.run(&["secrets", "set", name, "--env", "article"], None);
    }
    bench.run(&["plan", "article"], Some("plan, nothing exists"));
    bench.run(&["apply", "article", "--yes"], Some("apply"));
    bench.run(&["plan", "article"], Some("plan, nothing to do"));
    let two = bench.calls.lock().expect("the calls").len();
    bench.run(&["destroy", "article", "--yes", "--allow-destroy"], Some("destroy"));
    many_parameters(project.path(), 500);
    bench.run(&["apply", "article", "--yes"], Some("apply, 500 generated parameters"));
    bench.run(&["plan", "article"], Some("plan, 500 parameters, nothing to do"));
    let many = bench.calls.lock().expect("the calls").len();
    println!("500 parameters instead of 2 cost the plan {} calls more", many - two);
}

struct Bench<'a> {
    project: &'a Path,
    address: SocketAddr,
    calls: Calls,
}

impl Bench<'_> {
    fn run(&self, arguments: &[&str], title: Option<&str>) {
        self.calls.lock().expect("the calls").clear();
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_deploy"))
            .args(arguments)
            .current_dir(self.project)
            .env_clear()
            .env("HOME", self.project)
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.address))
            .env("AWS_ACCESS_KEY_ID", "123456789012")
            .env("AWS_SECRET_ACCESS_KEY", "bench")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        {
            use std::io::Write;
            let _ = child.stdin.take().expect("a pipe").write_all(b"a value");
        }
        let peak = peak_memory(child.id());
        let output = child.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let Some(title) = title else { return };
        let calls = self.calls.lock().expect("the calls");
        let first = calls.iter().map(|call| call.start).min().map_or(Duration::ZERO, |first| first - start);
        let waiting = calls.iter().filter(|call| call.operation.ends_with("DescribeServices")).count();
        let (wall, rounds) = (start.elapsed(), rounds(&calls));
        println!(
            "{title:<34}{:>7}{rounds:>8}{:>8.2} s{:>7.1} MB   first request after {} ms, {waiting} DescribeServices",
            calls.len(),
            wall.as_secs_f64(),
            peak.load() as f64 / 1024.0,
            first.as_millis(),
        );
        if std::env::args().any(|argument| argument == "--each") {
            list(&calls);
        }
    }
}

/// Every call, with its round: one more than the last round that had ended when it began.
fn list(calls: &[Call]) {
    for (round, call) in numbered(calls) {
        let (came, took) = (call.start - calls[0].start, call.end - call.start);
        println!("    {round:>3}{:>7}{:>6}  {}", came.as_millis(), took.as_millis(), call.operation);
    }
}

/// The longest chain of calls in which each began after the one before had ended.
fn rounds(calls: &[Call]) -> usize {
    numbered(calls).into_iter().map(|(round, _)| round).max().unwrap_or(0)
}

/// The calls in the order of their beginning, each with the length of the longest chain that it ends.
fn numbered(calls: &[Call]) -> Vec<(usize, &Call)> {
    let mut sorted: Vec<&Call> = calls.iter().collect();
    sorted.sort_by_key(|call| call.start);
    let mut numbered: Vec<(usize, &Call)> = Vec::new();
    for call in sorted {
        let before = numbered.iter().filter(|(_, earlier)| earlier.end <= call.start);
        let round = 1 + before.map(|(round, _)| *round).max().unwrap_or(0);
        numbered.push((round, call));
    }
    numbered
}

struct Peak(Arc<Mutex<u64>>);

impl Peak {
    fn load(&self) -> u64 {
        *self.0.lock().expect("the peak")
    }
}

/// Follows the peak of a process's resident memory, in KiB, until it ends.
fn peak_memory(process: u32) -> Peak {
    let peak = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&peak);
    std::thread::spawn(move || {
        while let Ok(status) = std::fs::read_to_string(format!("/proc/{process}/status")) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(kib) = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()) else { return };
            *shared.lock().expect("the peak") = kib;
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    Peak(peak)
}

fn copy_environments(project: &Path) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../environments");
    let own = project.join("environments");
    std::fs::create_dir(&own).expect("a folder");
    for name in ["default.toml", "dev.toml", "article.toml"] {
        std::fs::copy(shipped.join(name), own.join(name)).expect("a copy");
    }
}

fn many_parameters(project: &Path, count: usize) {
    let file = project.join("environments/article.toml");
    let mut text = std::fs::read_to_string(&file).expect("the environment");
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        text = text.replace(
            &format!("[secrets.parameters.{name}]\n"),
            &format!("[secrets.parameters.{name}]\ngenerate = 16\n"),
        );
    }
    for index in 3..=count {
        text.push_str(&format!("\n[secrets.parameters.MY_PARAM_{index}]\ngenerate = 16\n"));
    }
    std::fs::write(&file, text).expect("the environment");
}

/// Starts the endpoint on a thread of its own.
fn serve(calls: Calls) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
            sender.send(listener.local_addr().expect("an address")).expect("the bench listens");
            let local = Local::in_memory(1);
            make_repository(&local);
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let (local, calls) = (local.clone(), Arc::clone(&calls));
                let service = service_fn(move |request| answer(local.clone(), Arc::clone(&calls), request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    });
    receiver.recv().expect("the endpoint starts")
}

/// The repository, which the article makes by hand.
fn make_repository(local: &Local) {
    let scope = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/ap-northeast-1/ecr/aws4_request, \
                 SignedHeaders=host, Signature=x";
    let request = Request::post("/")
        .header("authorization", scope)
        .header("x-amz-target", "AmazonEC2ContainerRegistry_V20150921.CreateRepository")
        .body(br#"{"repositoryName":"ecs_parameter_store"}"#.to_vec());
    let response = local.call(request.expect("a request"));
    assert!(response.status().is_success(), "{}", String::from_utf8_lossy(response.body()));
}

async fn answer(local: Local, calls: Calls, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let operation = operation(&head, &body);
    tokio::time::sleep(DELAY).await;
    let response = local.call(Request::from_parts(head, body.to_vec()));
    calls.lock().expect("the calls").push(Call { start, end: Instant::now(), operation });
    Ok(response.map(|body| Full::new(Bytes::from(body))))
}

fn operation(head: &http::request::Parts, body: &[u8]) -> String {
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let action =
        || String::from_utf8_lossy(body).split('&').find_map(|pair| pair.strip_prefix("Action=").map(str::to_owned));
    target.map(str::to_owned).or_else(action).unwrap_or_default()
}
