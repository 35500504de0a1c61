//! Credentials that are missing, expired or none; another account; another region.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use super::{refused_command, says};
use crate::project::Project;

/// The program on its way to a real AWS, with a key that looks like one.
fn remote(project: &Project, arguments: &[&str], endpoint: &str) -> Command {
    let mut command = project.command(arguments);
    command.env_remove("DEPLOY_LOCAL").env("AWS_ENDPOINT_URL", endpoint).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ACCESS_KEY_ID", "123456789012").env("AWS_SECRET_ACCESS_KEY", "x");
    command
}

const APPLY: &[&str] = &["apply", "dev", "--yes"];
/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn another_account_is_refused_before_anything_changes() {
    let project = Project::embedded();
    project.run(APPLY).success();
    // The embedded AWS acts in whatever account is pinned, so the guard is shown over its port.
    let server = Server::start(&project);
    let pinned = ["apply", "dev", "--yes", "--set", "aws.account=210987654321"];
    let outcome = refused_command(&project, remote(&project, &pinned, &server.endpoint), b"", 5);
    says(&outcome, &["210987654321", "123456789012", "`aws.account` in --set"]);
    project.write("bad.toml", "[aws]\naccount = \"210987654321\"\n");
    let command = remote(&project, &["apply", "bad", "--yes"], &server.endpoint);
    says(&refused_command(&project, command, b"", 5), &["`aws.account` in environments/bad.toml:2:1"]);
}

/// An AWS that is none stands in the header, and what is said to it beside its host does not.
#[test]
fn a_header_names_the_endpoint() {
    let project = Project::embedded();
    let server = Server::start(&project);
    let host = server.endpoint.strip_prefix("http://").expect("an address").trim_end_matches('/');
    for command in ["plan", "status"] {
        let outcome = Project::finish(remote(&project, &[command, "dev"], &server.endpoint), b"").success();
        let header = outcome.stdout.lines().next().expect("a header");
        assert!(header.ends_with(&format!("environments/dev.toml   endpoint {host}")), "{header}");
    }
    let with_password = format!("http://user:hunter2@{host}");
    let outcome = Project::finish(remote(&project, &["plan", "dev"], &with_password), b"");
    assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("hunter2"), "{outcome:?}");
    let mut command = remote(&project, &["plan", "dev"], &server.endpoint);
    command.env("AWS_ENDPOINT_URL_SSM", server.endpoint.replace("127.0.0.1", "localhost"));
    let outcome = Project::finish(command, b"").success();
    let both = format!("endpoint {host}, {}\n", host.replace("127.0.0.1", "localhost"));
    assert!(outcome.stdout.contains(&both), "{}", outcome.stdout);
    assert!(!project.run(&["plan", "dev"]).success().stdout.contains("endpoint"));
}

#[test]
fn the_pinned_region_is_the_one_that_counts() {
    let project = Project::embedded();
    let server = Server::start(&project);
    let mut command = remote(&project, &["plan", "dev", "--format", "json"], &server.endpoint);
    command.env("AWS_REGION", "eu-west-1");
    assert_eq!(Project::finish(command, b"").success().json()["place"]["region"], "ap-northeast-1");
    let unpinned = ["plan", "dev", "--format", "json", "--set", "unset=[\"aws.region\"]"];
    let mut command = remote(&project, &unpinned, &server.endpoint);
    command.env("AWS_REGION", "eu-west-1");
    assert_eq!(Project::finish(command, b"").success().json()["place"]["region"], "eu-west-1");
}

#[test]
fn what_is_no_region_is_refused_wherever_it_comes_from() {
    let project = Project::embedded();
    let unpinned = ["apply", "dev", "--yes", "--set", "unset=[\"aws.region\"]"];
    for (region, word) in [("Tokyo", "ap-northeast-1"), ("ap-northeast-9z", "`ap-northeast-9`"), ("", "ap-northeast-1")]
    {
        let mut command = remote(&project, &unpinned, NOWHERE);
        command.env("AWS_REGION", region);
        says(&refused_command(&project, command, b"", 3), &[&format!("`{region}`"), word, "AWS_REGION"]);
    }
    says(&refused_command(&project, remote(&project, &unpinned, NOWHERE), b"", 3), &["no region", "AWS_REGION"]);
}

#[test]
fn without_credentials_the_next_step_is_said() {
    let project = Project::embedded();
    for missing in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        let mut command = remote(&project, APPLY, NOWHERE);
        command.env_remove(missing);
        says(&refused_command(&project, command, b"", 3), &["credentials", "aws sso login"]);
    }
}

#[test]
fn a_missing_profile_is_named() {
    let project = Project::embedded();
    for (profile, named) in [(&b"nobody"[..], "`nobody`"), (b"\xff", "`\u{fffd}`")] {
        let mut command = remote(&project, APPLY, NOWHERE);
        command.env("AWS_PROFILE", OsStr::from_bytes(profile));
        says(&refused_command(&project, command, b"", 3), &[named, "aws configure list-profiles"]);
    }
    project.write("bad.toml", "[aws]\nprofile = \"nobody\"\n");
    let command = remote(&project, &["apply", "bad", "--yes"], NOWHERE);
    says(&refused_command(&project, command, b"", 3), &["`nobody`", "`aws.profile` in environments/bad.toml:2:1"]);
}

#[test]
fn what_is_no_key_is_refused_and_not_shown() {
    let project = Project::embedded();
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        for value in [&b"hunter2\n"[..], b"hunter2 ", b"hunter2\xff"] {
            let mut command = remote(&project, APPLY, NOWHERE);
            command.env(name, OsStr::from_bytes(value));
            let outcome = refused_command(&project, command, b"", 3);
            says(&outcome, &[name]);
            assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
        }
    }
}

#[test]
fn a_key_of_a_process_that_is_none_is_refused() {
    let project = Project::embedded();
    let reply = r#"{"Version": 1, "AccessKeyId": "AKID\n", "SecretAccessKey": "x"}"#;
    std::fs::create_dir(project.path().join(".aws")).expect("a folder");
    std::fs::write(project.path().join("key.json"), reply).expect("written");
    let profile = "[profile broken]\ncredential_process = cat key.json\n";
    std::fs::write(project.path().join(".aws/config"), profile).expect("written");
    let mut command = remote(&project, APPLY, NOWHERE);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env("AWS_PROFILE", "broken");
    says(&refused_command(&project, command, b"", 3), &["credentials"]);
}

#[test]
fn credentials_that_aws_refuses_change_nothing() {
    let cases = [
        ("ExpiredToken", "aws sso login"),
        ("InvalidClientTokenId", "AWS_ACCESS_KEY_ID"),
        ("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("IncompleteSignature", "AWS_SECRET_ACCESS_KEY"),
        ("AccessDenied", "permission"),
    ];
    for (code, word) in cases {
        let project = Project::embedded();
        let sts = Refusing::start(code);
        let outcome = refused_command(&project, remote(&project, APPLY, &sts.endpoint), b"", 3);
        says(&outcome, &[code, word, "cannot ask AWS who is calling"]);
        let asked = sts.asked.lock().expect("no thread has panicked").clone();
        assert!(asked.iter().any(|operation| operation == "GetCallerIdentity"), "{asked:?}");
        let reads = |operation: &String| ["Get", "Describe", "List"].iter().any(|verb| operation.starts_with(verb));
        assert!(asked.iter().all(reads), "{asked:?}");
    }
}

#[test]
fn an_endpoint_that_is_none_or_that_nobody_answers_at_is_said() {
    let project = Project::embedded();
    for endpoint in ["localhost:4566", "not an endpoint", "ftp://127.0.0.1", "http://"] {
        let outcome = refused_command(&project, remote(&project, APPLY, endpoint), b"", 3);
        says(&outcome, &[endpoint, "http://127.0.0.1:4566"]);
    }
    // That nobody answers may pass: it is no bad input.
    says(&refused_command(&project, remote(&project, APPLY, NOWHERE), b"", 1), &["reached", "AWS_ENDPOINT_URL"]);
}

/// `deploy local serve` on a free port, ended when it is dropped.
struct Server {
    child: Child,
    endpoint: String,
}

impl Server {
    fn start(project: &Project) -> Self {
        let mut command = project.command(&["local", "serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("its address");
        let start = line.find("http://").unwrap_or_else(|| panic!("no address in `{line}`"));
        let endpoint = line[start..].split_whitespace().next().expect("an address").to_owned();
        Self { child, endpoint }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An AWS that refuses everything with one error, and remembers what it was asked.
struct Refusing {
    endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Refusing {
    fn start(code: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let remembered = Arc::clone(&remembered);
                std::thread::spawn(move || {
                    let operation = refuse(stream, code).unwrap_or_else(|error| format!("unreadable: {error}"));
                    remembered.lock().expect("no thread has panicked").push(operation);
                });
            }
        });
        Self { endpoint, asked }
    }
}

/// Reads one request, refuses it, and says which operation it was for.
fn refuse(stream: TcpStream, code: &str) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut operation) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap_or(0),
            Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => {
                operation = value.rsplit('.').next().map(str::to_owned);
            }
            _ if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let action = body.split('&').find_map(|field| field.strip_prefix("Action=")).map(str::to_owned);
    let reply = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>refused</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
    );
    let head = "HTTP/1.1 403 Forbidden\r\ncontent-type: text/xml\r\nconnection: close";
    // A program that has heard enough may be gone.
    let _ = write!(reader.get_mut(), "{head}\r\ncontent-length: {}\r\n\r\n{reply}", reply.len());
    Ok(action.or(operation).unwrap_or(body))
}
