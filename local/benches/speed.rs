//! How fast the embedded AWS answers, and how long a large world takes to load. `cargo bench -p deploy-local` prints the
//! figures, in microseconds or milliseconds as named, and fails where one is over its bound.
//!
//! Bounds: a call in process at a p50 under 0.1 ms; 10,000 resources loaded in under 100 ms; 500 requests a second
//! through the server on one core.

#![allow(clippy::print_stdout, reason = "the figures are what a benchmark is for")]

use deploy_local::serve::Server;
use deploy_local::{Local, Time};
use http::{Request, Response};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

const CALLS: u32 = 2_000;
/// With what the network consists of, and one to overwrite, these are more than 10,000.
const RESOURCES: usize = 9_990;

fn main() {
    let small = Local::in_memory(1);
    network(&small);
    let mut fine = true;
    fine &= report("read, a network in memory", p50(&small, &describe()), Duration::from_micros(100));
    fine &= report("write, a network in memory", p50(&small, &overwrite), Duration::from_micros(100));
    fine &= report("refusal, a network in memory", p50(&small, &refused), Duration::from_micros(100));

    let place = tempfile::tempdir().expect("a directory");
    fill(place.path());
    let started = Instant::now();
    let large = Local::open(place.path()).expect("a world");
    fine &= report("load, 10,000 resources", started.elapsed(), Duration::from_millis(100));
    fine &= report("read, 10,000 resources on disk", p50(&large, &get_parameter), Duration::from_micros(100));
    fine &= report("write, 10,000 resources on disk", p50_of(&large, &overwrite, 20), Duration::from_millis(250));

    let bytes = describe()();
    let through = serve(small, 4_000, &bytes);
    fine &= report("each of 4,000 requests through the server", through, Duration::from_millis(2));
    println!("that is {:.0} requests a second", 1.0 / through.as_secs_f64());
    std::process::exit(if fine { 0 } else { 1 });
}

/// Prints a figure; whether it is within its bound.
fn report(what: &str, took: Duration, bound: Duration) -> bool {
    let verdict = if took < bound { "within" } else { "OVER" };
    println!("{what}: {:.1} µs, {verdict} {} µs", took.as_secs_f64() * 1e6, bound.as_micros());
    took < bound
}

fn p50(local: &Local, request: &dyn Fn() -> Request<Vec<u8>>) -> Duration {
    p50_of(local, request, CALLS)
}

fn p50_of(local: &Local, request: &dyn Fn() -> Request<Vec<u8>>, calls: u32) -> Duration {
    let mut took: Vec<Duration> = (0..calls)
        .map(|_| {
            let request = request();
            let started = Instant::now();
            let response = local.call(request);
            let took = started.elapsed();
            assert!(response.status() != 500, "{}", text(&response));
            took
        })
        .collect();
    took.sort_unstable();
    took[took.len() / 2]
}

fn text(response: &Response<Vec<u8>>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

fn signed(service: &str) -> http::request::Builder {
    let credential = format!("Credential=123456789012/20260101/eu-west-1/{service}/aws4_request");
    let header = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    Request::post("/").header("authorization", header)
}

fn ec2(form: &str) -> Request<Vec<u8>> {
    signed("ec2").body(form.as_bytes().to_vec()).expect("a request")
}

fn ssm(operation: &str, body: &str) -> Request<Vec<u8>> {
    let request = signed("ssm").header("x-amz-target", format!("AmazonSSM.{operation}"));
    request.body(body.as_bytes().to_vec()).expect("a request")
}

fn describe() -> impl Fn() -> Request<Vec<u8>> {
    || ec2("Action=DescribeSubnets&Filter.1.Name=tag:application&Filter.1.Value.1=shop")
}

/// A write: an overwritten parameter has another version and another date each time.
fn overwrite() -> Request<Vec<u8>> {
    ssm("PutParameter", r#"{"Name":"bench","Value":"x","Type":"String","Overwrite":true}"#)
}

fn refused() -> Request<Vec<u8>> {
    ec2("Action=DeleteVpc&VpcId=vpc-0123")
}

fn get_parameter() -> Request<Vec<u8>> {
    ssm("GetParameter", r#"{"Name":"/shop/prod/4711"}"#)
}

/// A VPC with eight subnets, tagged.
fn network(local: &Local) {
    let tags = "Tag.1.Key=application&TagSpecification.1.Tag.1.Value=shop";
    let tags = |kind: &str| format!("TagSpecification.1.ResourceType={kind}&TagSpecification.1.{tags}");
    let created = text(&local.call(ec2(&format!("Action=CreateVpc&CidrBlock=10.0.0.0/16&{}", tags("vpc")))));
    let start = created.find("<vpcId>").expect("an id") + "<vpcId>".len();
    let vpc = &created[start..start + 21];
    for number in 0..8 {
        let cidr = format!("CidrBlock=10.0.{number}.0/24");
        let created = local.call(ec2(&format!("Action=CreateSubnet&VpcId={vpc}&{cidr}&{}", tags("subnet"))));
        assert_eq!(created.status(), 200, "{}", text(&created));
    }
}

/// A kept world with 10,000 parameters, each with tags.
fn fill(place: &Path) {
    let parameters = Local::in_memory(1).at(Time(1_700_000_000_000));
    network(&parameters);
    // Through a world of one call after the other this would take minutes: the world is compared after each.
    let one = ssm(
        "PutParameter",
        r#"{"Name":"/shop/prod/0","Value":"0123456789abcdef","Type":"String","Tags":[{"Key":"application","Value":"shop"},{"Key":"environment","Value":"prod"}]}"#,
    );
    assert_eq!(parameters.call(one).status(), 200);
    let full = parameters.with_world(|world| {
        let state = &mut world.account("123456789012").region("eu-west-1").ssm;
        let model = state.parameters["/shop/prod/0"].clone();
        for number in 0..RESOURCES {
            let name = format!("/shop/prod/{number}");
            let mut parameter = model.clone();
            parameter.name.clone_from(&name);
            state.parameters.insert(name, parameter);
        }
        serde_json::to_vec(world).expect("plain data")
    });
    std::fs::write(place.join(deploy_local::store::FILE), full.expect("in memory")).expect("written");
}

/// The time that one request takes when one connection sends `count` of them, one after the other, to a server on one
/// thread.
fn serve(local: Local, count: u32, request: &Request<Vec<u8>>) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(Server::bind(local, 0)).expect("a free port");
    let address = server.address().expect("an address");
    let authorization = request.headers()["authorization"].to_str().expect("text").to_owned();
    let body = request.body().clone();
    let client = std::thread::spawn(move || client(address, &authorization, &body, count));
    runtime.block_on(async {
        tokio::select! {
            ended = server.run() => panic!("the server ended: {ended:?}"),
            took = tokio::task::spawn_blocking(move || client.join()) => took.expect("joined").expect("the client"),
        }
    })
}

fn client(address: SocketAddr, authorization: &str, body: &[u8], count: u32) -> Duration {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), body].concat();
    let started = Instant::now();
    for _ in 0..count {
        stream.write_all(&request).expect("sent");
        receive(&mut stream);
    }
    started.elapsed() / count
}

/// Reads one response to its end.
fn receive(stream: &mut TcpStream) {
    let (mut received, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let count = stream.read(&mut buffer).expect("received");
        assert!(count > 0, "the server hung up");
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
        if body.len() >= length.parse().expect("a number") {
            return;
        }
    }
}
