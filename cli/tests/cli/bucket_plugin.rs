//! The plugin `bucket`, built as a library and approved: its buckets are planned, made, repaired and deleted like all
//! else on the embedded AWS; where `DEPLOY_TEST_MOTO` names a moto server, that one sees what a bucket is set to.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::artefact;
use crate::project::Project;

/// The application: in moto all tests share one account.
const APP: &str = "bucket-plugin";
const BUCKET: &str = "bucket-plugin-dev-uploads-123456789012";
const SECTION: &str = r#"
[bucket.buckets.uploads]
versioning = false
read = ["ecs_service"]
write = ["ecs_service"]

[bucket.buckets.uploads.variables]
ecs_service = "UPLOADS_BUCKET"
"#;

/// Approves the plugin, and asks for a bucket in dev.
fn with_bucket(project: &Project) {
    project.approve(include_str!("../../../plugins/bucket/plugin.toml"), &artefact::library("deploy_bucket"));
    let dev = std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("the shipped file");
    project.write("dev.toml", format!("app = \"{APP}\"\n{dev}{SECTION}"));
}

/// Sends one request to S3 behind the program's back, and gives back the answer with its head.
fn behind_our_back(project: &Project, method: &str, uri: &str, body: &str) -> String {
    let authorization = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/ap-northeast-1/s3/aws4_request, \
                         SignedHeaders=host, Signature=0";
    let settings = project.settings();
    let Some(endpoint) = settings.endpoint_url else {
        let local = deploy_local::Local::open(&project.local_folder()).expect("the embedded AWS");
        let request = http::Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "s3.ap-northeast-1.amazonaws.com")
            .header("authorization", authorization)
            .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        let response = local.answer(&request.body(body.as_bytes().to_vec()).expect("a request")).response;
        return format!("{} {}", response.status().as_u16(), String::from_utf8_lossy(response.body()));
    };
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).expect("a connection");
    let request = format!(
        "{method} {uri} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nauthorization: {authorization}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.trim_start_matches("HTTP/1.1 ").to_owned()
}

/// A bucket's life: planned, made, nothing to do, changed by others, repaired, changed in the file, full, empty, gone.
fn lives(project: &Project) {
    with_bucket(project);
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(plan.contains("+ bucket uploads"), "{plan}");
    let applied = project.run(&["apply", "dev", "--yes"]).success();
    assert!(applied.stderr.contains("created   bucket.bucket.uploads"), "{}", applied.stderr);
    nothing_to_do(project);

    let gone = behind_our_back(project, "DELETE", &format!("/{BUCKET}?publicAccessBlock"), "");
    assert!(gone.starts_with("204"), "{gone}");
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(plan.contains("~ bucket uploads") && plan.contains("block_public_acls  false -> true"), "{plan}");
    project.run(&["apply", "dev", "--yes"]).success();
    nothing_to_do(project);

    let kept = ["--set", "bucket.buckets.uploads.versioning=true"];
    let plan = project.run(&[&["plan", "dev"], &kept[..]].concat()).success().stdout;
    assert!(plan.contains("versioning") && plan.contains("false -> true") && plan.contains("--set"), "{plan}");

    let put = behind_our_back(project, "PUT", &format!("/{BUCKET}/a"), "hello");
    assert!(put.starts_with("200"), "{put}");
    let full = project.run(&["destroy", "dev", "--yes", "--allow-destroy"]);
    assert_eq!(full.code, 1, "{}", full.stderr);
    assert!(
        full.stderr.contains("BucketNotEmpty") && full.stderr.contains("no object is ever deleted"),
        "{}",
        full.stderr
    );
    behind_our_back(project, "DELETE", &format!("/{BUCKET}/a"), "");
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    let gone = behind_our_back(project, "GET", &format!("/{BUCKET}?versioning"), "");
    assert!(gone.starts_with("404"), "{gone}");
}

fn nothing_to_do(project: &Project) {
    let plan = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(plan.code, 0, "{}{}", plan.stdout, plan.stderr);
}

#[test]
fn a_bucket_lives_in_the_embedded_aws() {
    lives(&Project::embedded());
}

/// What is set, moto says itself: the root of its answer to GetBucketVersioning is none that the SDK takes for one, so that
/// nothing can be compared there (moto 5.2).
#[test]
fn moto_sees_a_bucket_set_as_desired_and_gone() {
    let Some(project) = Project::moto() else { return };
    with_bucket(&project);
    let section = "bucket.buckets.uploads";
    let set = [format!("{section}.versioning=true"), format!("{section}.encryption=sse-kms")];
    project.run(&["apply", "dev", "--yes", "--set", &set[0], "--set", &set[1]]).success();
    let sees = |what: &str| behind_our_back(&project, "GET", &format!("/{BUCKET}?{what}"), "");
    assert!(sees("versioning").contains("<Status>Enabled</Status>"));
    assert!(sees("encryption").contains("<SSEAlgorithm>aws:kms</SSEAlgorithm>"));
    assert_eq!(sees("publicAccessBlock").to_lowercase().matches(">true<").count(), 4);
    tag_in_motos_place(&project);
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert!(sees("versioning").starts_with("404"));
}

/// moto 5.2 passes over the tags in the body of CreateBucket, which AWS takes since November 2025.
fn tag_in_motos_place(project: &Project) {
    let tags = [("application", APP), ("environment", "dev"), ("deploy:address", "bucket.bucket.uploads")];
    let tags = tags.map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).concat();
    let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
    let tagged = behind_our_back(project, "PUT", &format!("/{BUCKET}?tagging"), &body);
    assert!(tagged.starts_with("204"), "{tagged}");
}

#[test]
fn a_name_that_no_bucket_can_have_is_shown_where_it_is_written() {
    let project = Project::embedded();
    with_bucket(&project);
    let wrong = project.run(&["config", "check", "dev", "--set", "bucket.buckets.uploads.name=My_Files"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("`My_Files` cannot name a bucket"), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("set `name = \"my-files\"`"), "{}", wrong.stderr);
    let wrong = project.run(&["plan", "dev", "--set", "bucket.buckets.uploads.read=[\"ecs_servce\"]"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("a similar role exists: `ecs_service`"), "{}", wrong.stderr);
}
