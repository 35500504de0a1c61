//! Every kind of bad input: one clear error with its place and a `help:` line, its exit code, and no
//! call that changes anything.

mod project;

use project::{Outcome, Project};

/// Runs the program, and checks that it refused without touching the embedded AWS.
fn refused(project: &Project, arguments: &[&str], code: i32) -> Outcome {
    let world = || std::fs::read(project.local_folder().join("world.json")).unwrap_or_default();
    let before = world();
    let outcome = project.run(arguments);
    assert_eq!(outcome.code, code, "{arguments:?}\n{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(world(), before, "{arguments:?} changed something");
    assert!(outcome.stderr.starts_with("error: ") || outcome.stderr.contains("\nerror: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("help: "), "{arguments:?} gives no next step:\n{}", outcome.stderr);
    outcome
}

/// The environment `bad` with these lines above the shipped defaults.
fn refused_file(text: &str, place: &str, words: &[&str]) {
    let project = Project::embedded();
    project.write("bad.toml", text);
    let outcome = refused(&project, &["apply", "bad", "--yes"], 3);
    assert!(outcome.stderr.contains(place), "no `{place}` in:\n{}", outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "no `{word}` in:\n{}", outcome.stderr);
    }
}

#[test]
fn an_unknown_environment_lists_those_that_exist() {
    let outcome = refused(&Project::embedded(), &["plan", "prdo"], 3);
    assert!(outcome.stderr.contains("prod") && outcome.stderr.contains("dev"), "{}", outcome.stderr);
}

#[test]
fn an_unknown_key_has_its_place_and_the_nearest() {
    let text = "[ecs.services.ecs_service]\ndesired_cuont = 4\n";
    refused_file(text, "environments/bad.toml:2:1", &["desired_cuont", "desired_count"]);
}

#[test]
fn a_wrong_type_has_its_place() {
    refused_file("[ecs.services.ecs_service]\ncpu = \"much\"\n", "environments/bad.toml:2", &["cpu", "integer"]);
}

#[test]
fn broken_toml_has_its_place() {
    refused_file("[network\ncidr = 1\n", "environments/bad.toml:1", &[]);
    refused_file("[network]\ncidr = \"10.0.0.0/16\"\n[network]\n", "environments/bad.toml:3", &["duplicate"]);
    refused_file("app = \"a\0b\"\n", "environments/bad.toml:1", &[]);
}

#[test]
fn overlapping_subnets_name_each_other() {
    let text = "[network.subnets.public_2]\ncidr = \"10.0.1.128/25\"\n";
    refused_file(text, "environments/bad.toml:2", &["public_1", "public_2"]);
}

#[test]
fn a_subnet_outside_its_network_is_refused() {
    refused_file("[network.subnets.public_2]\ncidr = \"10.9.1.0/24\"\n", "environments/bad.toml:2", &["10.0.0.0/16"]);
}

#[test]
fn an_impossible_fargate_size_is_refused() {
    refused_file("[ecs.services.ecs_service]\ncpu = 256\nmemory = 4096\n", "environments/bad.toml", &["256", "2048"]);
}

#[test]
fn a_name_that_is_too_long_is_refused_and_never_cut() {
    let text = format!("prefix = \"{}\"\n", "p".repeat(60));
    refused_file(&text, "environments/", &["64"]);
}

#[test]
fn a_secret_that_nobody_declares_is_refused() {
    let text = "[ecs.services.ecs_service.containers.ecs_service]\nsecrets = [\"MY_PARAM_3\"]\n";
    refused_file(text, "environments/bad.toml:2", &["MY_PARAM_3"]);
}

#[test]
fn a_ring_of_references_is_printed() {
    let rule = |other: &str| format!("description = \"x\"\nprotocol = \"tcp\"\nport = 1\ngroups = [\"{other}\"]\n");
    let text = format!("[security.groups.a.ingress.b]\n{}[security.groups.b.ingress.a]\n{}", rule("b"), rule("a"));
    refused_file(&text, "environments/bad.toml", &["security.group.a -> security.group.b -> security.group.a"]);
}

#[test]
fn another_account_is_refused_before_anything_changes() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let mut command = project.command(&["apply", "prod", "--yes", "--set", "aws.account=210987654321"]);
    // The embedded AWS acts in whatever account is pinned, so the guard is shown over its port.
    let server = Server::start(&project);
    command.env_remove("DEPLOY_LOCAL").env("AWS_ENDPOINT_URL", &server.endpoint);
    command.env("AWS_ACCESS_KEY_ID", "123456789012").env("AWS_SECRET_ACCESS_KEY", "x");
    let output = command.stdin(std::process::Stdio::null()).output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("210987654321") && stderr.contains("123456789012"), "{stderr}");
}

#[test]
fn without_credentials_the_next_step_is_said() {
    let project = Project::embedded();
    let mut command = project.command(&["plan", "dev"]);
    command
        .env_remove("DEPLOY_LOCAL")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let output = command.stdin(std::process::Stdio::null()).output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("credentials") && stderr.contains("help: "), "{stderr}");
}

#[test]
fn a_missing_profile_is_named() {
    let project = Project::embedded();
    let mut command = project.command(&["plan", "dev"]);
    command.env_remove("DEPLOY_LOCAL").env("AWS_PROFILE", "nobody");
    let output = command.stdin(std::process::Stdio::null()).output().expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("nobody") && stderr.contains("help: "), "{stderr}");
}

#[test]
fn no_terminal_and_no_approval_is_an_error_at_once() {
    let project = Project::embedded();
    // The first look at the embedded AWS makes it; what follows must leave it as it is.
    project.run(&["plan", "dev"]).success();
    refused(&project, &["apply", "dev"], 5);
}

#[test]
fn a_missing_secret_blocks_and_says_how_to_set_it() {
    let project = Project::embedded();
    let outcome = project.run(&["apply", "article", "--yes"]);
    assert_eq!(outcome.code, 5, "{}{}", outcome.stdout, outcome.stderr);
    let screen = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(screen.contains("deploy secrets set MY_PARAM_1 --env article"), "{screen}");
}

/// `deploy local serve` on a free port, ended when it is dropped.
struct Server {
    child: std::process::Child,
    endpoint: String,
}

impl Server {
    fn start(project: &Project) -> Self {
        use std::io::{BufRead, BufReader};
        let mut command = project.command(&["local", "serve", "--port", "0"]);
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("the server starts");
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
