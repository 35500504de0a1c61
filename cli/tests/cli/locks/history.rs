//! What is remembered of releases: `deploy history`, `deploy status`.

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{DELAY, Running, apply, until};
use crate::endpoint::{Endpoint, Fate};
use crate::project::Project;

fn history(project: &Project) -> Value {
    project.run(&["history", "dev", "--format", "json"]).success().json()
}

#[test]
fn whatever_happened_is_remembered_and_a_destroy_forgets_nothing() {
    let project = Project::embedded();
    assert_eq!(history(&project), json!([]));
    assert!(project.run(&["history", "dev"]).success().stderr.contains("dev has no releases yet"));
    project.run(&["apply", "dev", "--yes"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    let image = "ecs.services.ecs_service.containers.ecs_service.image=public.ecr.aws/nginx/nginx:fails-to-start";
    assert_eq!(project.run(&["apply", "dev", "--yes", "--set", image]).code, 6);
    let status = project.run(&["status", "dev"]).success().stdout;
    assert!(status.contains("Last release:\n#2  "), "{status}");
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    let history = history(&project);
    let endings: Vec<&str> =
        history.as_array().expect("releases").iter().filter_map(|one| one["ending"].as_str()).collect();
    assert_eq!(endings, ["done", "rollout_failed", "done"], "what had nothing to do is no release");
    assert_eq!(history[0]["command"], "deploy destroy dev");
    assert_eq!(history[1]["stumble"]["address"], "ecs.service.ecs_service");
    assert!(history[1]["stumble"]["message"].as_str().is_some_and(|words| words.contains("rollout")));
    assert_eq!((&history[2]["number"], &history[2]["count"]["done"]), (&json!(1), &history[2]["count"]["total"]));
    assert!(history[2]["done"].as_array().is_some_and(|done| done.contains(&json!("create network.vpc.main"))));
    assert_ne!(history[1]["configuration"], history[2]["configuration"]);
    assert!(history[0]["ended"].as_i64() >= history[0]["began"].as_i64());
    // Nothing of ours is left, and what is remembered is none of it.
    assert_eq!(project.run(&["plan", "dev", "--format", "json"]).json()["counts"]["unchanged"], json!(0));
    let again = project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert!(again.stdout.contains("No changes") || again.stdout.contains("othing"), "{}", again.stdout);
}

#[test]
fn what_was_interrupted_is_remembered_as_that() {
    let endpoint = Endpoint::start();
    endpoint.answer_after(DELAY);
    let project = Project::behind(&endpoint);
    let running = Running::start(apply(&project, 60_000, &[]));
    until(&endpoint, "CreateVpc");
    running.signal(Signal::INT);
    assert_eq!(running.end().code, 130);
    let last = &history(&project)[0];
    assert_eq!(last["ending"], "interrupted");
    assert!(last["count"]["skipped"].as_u64().is_some_and(|skipped| skipped > 0), "{last}");
}

#[test]
fn what_cannot_be_remembered_is_a_warning() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    project.run(&["apply", "dev", "--yes", "--set", "ecs.services.ecs_service.desired_count=0"]).success();
    // The first takes the lock; the others remember and give it back.
    endpoint.decide(|operation, before| match (operation, before) {
        ("PutParameter", 1..) => Fate::Denied,
        _ => Fate::Answered,
    });
    let applied = project.run(&["apply", "dev", "--yes"]).success();
    assert!(applied.stderr.contains("warning: this release is not recorded: PutParameter"), "{}", applied.stderr);
    assert!(applied.stderr.contains("warning: the lock was not given back"), "{}", applied.stderr);
    endpoint.decide(|operation, _| if operation == "GetParameter" { Fate::Denied } else { Fate::Answered });
    let status = project.run(&["status", "dev"]).success().stdout;
    assert!(status.contains("Last release: not known (GetParameter: AccessDenied"), "{status}");
}

#[test]
fn the_commit_is_remembered() {
    let project = Project::embedded();
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(project.path()).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "--quiet"]) {
        return;
    }
    assert!(git(&["add", "environments"]) && git(&["commit", "--quiet", "--message", "first"]));
    project
        .write("dev.toml", std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("it") + "\n");
    project.run(&["apply", "dev", "--yes"]).success();
    let commit = history(&project)[0]["commit"].clone();
    assert_eq!((commit["id"].as_str().map(str::len), &commit["dirty"]), (Some(40), &json!(true)));
}
