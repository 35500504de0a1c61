//! The kept world and its processes: what one writes all others see, nothing is lost between them, and one that is
//! killed leaves a whole world behind.

#![allow(clippy::print_stdout, reason = "a line on the output is how the second process says how far it is")]

use deploy_local::{Local, Time, store};
use http::{Request, Response};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cloud;
use crate::cloud::Answer;
use crate::cloud::article::{Article, NAME, service_name};

/// Where the second process finds the world. Without it the tests that stand for that process do nothing.
const PLACE: &str = "DEPLOY_LOCAL_TEST_PLACE";
/// What the second process is told to write.
const TOLD_NAME: &str = "DEPLOY_LOCAL_TEST_NAME";
const EACH: usize = 20;

fn ssm(local: &Local, operation: &str, body: &str) -> Response<Vec<u8>> {
    let credential = "Credential=123456789012/20260101/eu-west-1/ssm/aws4_request";
    let request = Request::post("/")
        .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"))
        .header("x-amz-target", format!("AmazonSSM.{operation}"))
        .body(body.as_bytes().to_vec());
    local.at(Time(1_700_000_000_000)).call(request.expect("a request"))
}

fn put(local: &Local, name: &str) {
    let response = ssm(local, "PutParameter", &format!(r#"{{"Name":"{name}","Value":"v","Type":"String"}}"#));
    assert_eq!(response.status(), 200, "{}", String::from_utf8_lossy(response.body()));
}

/// A second process: this test binary once more, told to run one of its tests only.
fn second_process(test: &str, place: &Path, name: &str) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", &format!("persistence::{test}"), "--nocapture"])
        .env(PLACE, place)
        .env(TOLD_NAME, name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process")
}

/// The world that this process is to write to, if it is the second one, and the name that it goes by.
fn told() -> Option<(Local, String)> {
    let place = std::env::var_os(PLACE)?;
    let name = std::env::var(TOLD_NAME).expect("a name");
    Some((Local::open(Path::new(&place)).expect("a world"), name))
}

#[test]
fn process_that_writes() {
    let Some((local, name)) = told() else { return };
    for number in 0..EACH {
        put(&local, &format!("{name}-{number}"));
    }
}

/// Writes inside the lock, says so, and lets go of the lock when it is told to.
#[test]
fn process_that_holds_the_world() {
    let Some((local, name)) = told() else { return };
    let held = local.with_world(|world| {
        world.account("222222222222").region(&name);
        println!("\nheld");
        std::io::stdin().read_line(&mut String::new()).expect("a line");
    });
    held.expect("a world");
}

/// Writes until it is killed.
#[test]
fn process_that_writes_for_ever() {
    let Some((local, name)) = told() else { return };
    for number in 0.. {
        put(&local, &format!("{name}-{number}"));
        println!("\nwritten");
    }
}

fn wait_for(child: &mut Child, line: &str) {
    let output = BufReader::new(child.stdout.as_mut().expect("its output"));
    assert!(output.lines().map_while(Result::ok).any(|found| found == line), "{line} was never said");
}

#[test]
fn two_processes_lose_nothing_to_each_other() {
    let place = tempfile::tempdir().expect("a directory");
    let mut others = ["first", "second"].map(|name| second_process("process_that_writes", place.path(), name));
    let local = Local::open(place.path()).expect("a world");
    for number in 0..EACH {
        put(&local, &format!("own-{number}"));
    }
    for other in &mut others {
        assert!(other.wait().expect("its end").success());
    }
    let written = local.with_world(|world| world.account("123456789012").region("eu-west-1").ssm.parameters.len());
    assert_eq!(written.expect("a world"), 3 * EACH);
}

#[test]
fn a_call_waits_for_the_process_that_holds_the_world() {
    let place = tempfile::tempdir().expect("a directory");
    let mut other = second_process("process_that_holds_the_world", place.path(), "eu-north-1");
    wait_for(&mut other, "held");
    let directory = place.path().to_owned();
    let waiting = std::thread::spawn(move || {
        let local = Local::open(&directory).expect("a world");
        put(&local, "mine");
        local.with_world(|world| world.account("222222222222").regions.contains_key("eu-north-1")).expect("a world")
    });
    other.stdin.as_mut().expect("its input").write_all(b"go\n").expect("told");
    assert!(waiting.join().expect("joined"), "what the other process wrote under the lock was there when we got it");
    assert!(other.wait().expect("its end").success());
}

#[test]
fn a_process_that_is_killed_leaves_a_whole_world() {
    let place = tempfile::tempdir().expect("a directory");
    for round in 0..5 {
        let mut other = second_process("process_that_writes_for_ever", place.path(), &format!("round{round}"));
        wait_for(&mut other, "written");
        other.kill().expect("killed");
        other.wait().expect("its end");
        let local = Local::open(place.path()).expect("a whole world");
        let kept = local.with_world(|world| {
            let parameters = &world.account("123456789012").region("eu-west-1").ssm.parameters;
            (0..=round).all(|round| parameters.keys().any(|name| name.starts_with(&format!("round{round}-"))))
        });
        assert!(kept.expect("a world"), "what was answered was kept");
    }
}

/// What version 2 knew nothing of is taken out of a world of today.
fn as_version_2(world: &[u8]) -> Value {
    let mut world: Value = serde_json::from_slice(world).expect("plain data");
    world["version"] = json!(2);
    let region = &mut world["accounts"][cloud::ACCOUNT]["regions"][cloud::REGION];
    for task in region["ecs"]["clusters"][NAME]["tasks"].as_array_mut().expect("a list") {
        for container in task["containers"].as_array_mut().expect("a list") {
            let container = container.as_object_mut().expect("a container");
            container.remove("essential").expect("new in version 3");
            container.remove("health").expect("new in version 3");
        }
    }
    world
}

/// What version 1 knew nothing of is taken out as well.
fn as_version_1(world: &[u8]) -> Value {
    let mut world = as_version_2(world);
    world["version"] = json!(1);
    let region = &mut world["accounts"][cloud::ACCOUNT]["regions"][cloud::REGION];
    let service = region["ecs"]["clusters"][NAME]["services"][service_name()].as_object_mut().expect("a service");
    service.remove("revisions").expect("new in version 2");
    for record in service["service_deployments"].as_array_mut().expect("a list") {
        let record = record.as_object_mut().expect("a record");
        record.remove("started_at").expect("new in version 2");
        record.remove("stopped_at").expect("new in version 2");
    }
    world
}

#[test]
fn a_world_of_version_1_goes_on() {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(10_000);
    article.described();
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join(store::FILE);
    std::fs::write(&file, as_version_1(&article.cloud.bytes()).to_string()).expect("written");
    let local = Local::open(place.path()).expect("a world of an earlier version");
    local.with_world(|world| std::mem::swap(world, &mut article.cloud.world)).expect("a world");
    let revision = article.described()["currentServiceRevisions"][0]["arn"].clone();
    let body = json!({ "serviceRevisionArns": [revision] });
    let described = article.cloud.ecs("DescribeServiceRevisions", body).done();
    assert_eq!(described["serviceRevisions"][0]["containerImages"][0]["containerName"], "ecs_service");
    let body = json!({ "cluster": NAME, "service": service_name() });
    let listed = article.cloud.ecs("ListServiceDeployments", body).done()["serviceDeployments"][0].clone();
    assert_eq!((&listed["status"], &listed["startedAt"]), (&json!("SUCCESSFUL"), &listed["createdAt"]));
}

#[test]
fn a_migrated_world_is_written_with_the_next_change() {
    let place = tempfile::tempdir().expect("a directory");
    let mut article = Article::with_roles();
    article.create_service();
    let file = place.path().join(store::FILE);
    std::fs::write(&file, as_version_1(&article.cloud.bytes()).to_string()).expect("written");
    let version =
        || serde_json::from_slice::<Value>(&std::fs::read(&file).expect("the file")).expect("JSON")["version"].clone();
    let local = Local::open(place.path()).expect("a world of an earlier version");
    assert_eq!(version(), 1);
    put(&local, "new");
    assert_eq!(version(), 3);
}

#[test]
fn a_world_of_version_2_goes_on() {
    let mut article = Article::with_roles();
    article.create_service();
    article.cloud.wait(10_000);
    article.described();
    let place = tempfile::tempdir().expect("a directory");
    let earlier = as_version_2(&article.cloud.bytes()).to_string();
    std::fs::write(place.path().join(store::FILE), earlier).expect("written");
    let local = Local::open(place.path()).expect("a world of an earlier version");
    local.with_world(|world| std::mem::swap(world, &mut article.cloud.world)).expect("a world");
    let service = article.described();
    assert_eq!(
        (&service["runningCount"], &service["deployments"][0]["rolloutState"]),
        (&json!(1), &json!("COMPLETED"))
    );
    assert_eq!(article.tasks("RUNNING")[0]["healthStatus"], "UNKNOWN");
}
