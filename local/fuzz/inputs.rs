//! What is done with one input of each kind. The fuzz targets and `local/tests/local/corpus.rs` share it, so that what was
//! found once is replayed with every test run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deploy_local::codec::json;
use deploy_local::codec::query::Params;
use deploy_local::world::World;
use deploy_local::{Local, Time, ecr, ecs, kms, logs, secretsmanager, ssm};
use http::Request;

const START: Time = Time(1_700_000_000_000);

/// Any form-encoded text can be read, and read again.
pub fn query(form: &[u8]) {
    let params = Params::parse(form);
    for filter in params.structures("Filter") {
        let _ = (filter.required("Name"), filter.list("Value"));
    }
    let _ = (params.boolean("DryRun"), params.parsed::<u32>("MaxResults"), params.structure("IpPermissions"));
    let _ = (params.unread(), params.without(&["Action"]));
}

/// Any body is an object or a `SerializationException`, for the codec and for every JSON service behind it. The first
/// line names the operation, the rest is the body.
pub fn json(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let operation = String::from_utf8_lossy(&input[..end]);
    let Ok(body) = json::parse(&input[(end + 1).min(input.len())..]) else { return };
    let mut world = World::new(1);
    for handle in [ecs::handle, ssm::handle, logs::handle, ecr::handle, secretsmanager::handle, kms::handle] {
        let _ = handle(&mut world.call("123456789012", "eu-west-1", START), &operation, &body);
    }
}

/// Whatever comes through the gate, an answer goes out, and never the one that stands for a defect.
///
/// The input is a small script: requests between empty lines, each with a line `service target` (the target may be
/// missing) and a body; for S3 with a line `s3 METHOD ADDRESS`. They meet one world, a second apart, so that a request can
/// build on those before it.
pub fn call(script: &[u8]) {
    let local = Local::in_memory(1);
    let text = String::from_utf8_lossy(script);
    for (number, request) in text.split("\n\n").take(16).map(request).enumerate() {
        let Some(request) = request else { continue };
        let response = local.at(START.plus(1_000 * number as u64)).call(request);
        assert_ne!(response.status(), 500, "{}", String::from_utf8_lossy(response.body()));
    }
}

/// One request of a script.
pub fn request(text: &str) -> Option<Request<Vec<u8>>> {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let (service, target) = head.split_once(' ').unwrap_or((head, ""));
    let credential = format!("Credential=123456789012/20260101/eu-west-1/{service}/aws4_request");
    let builder = match target.split_once(' ').filter(|_| service == "s3") {
        Some((method, uri)) => {
            let request = Request::builder().method(method).uri(uri).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
            match method {
                "PUT" => request.header("x-amz-checksum-crc32", checksum(body)),
                _ => request,
            }
        }
        None if target.is_empty() => Request::post("/"),
        None => Request::post("/").header("x-amz-target", target),
    };
    let header = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    builder.header("authorization", header).body(body.as_bytes().to_vec()).ok()
}

fn checksum(body: &str) -> String {
    STANDARD.encode(crc32fast::hash(body.as_bytes()).to_be_bytes())
}
