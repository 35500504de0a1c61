//! `--format json`: what a program reads of a run, from its first event to its last.

use serde_json::{Value, json};

use crate::project::{Outcome, Project};

fn events(outcome: &Outcome) -> Vec<Value> {
    let event = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    outcome.stdout.lines().map(event).collect()
}

fn is(event: &&Value, name: &str) -> bool {
    event["event"] == name
}

#[test]
fn the_last_event_says_how_it_ended() {
    let project = Project::embedded();
    let done = events(&project.run(&["apply", "dev", "--yes", "--format", "json"]).success());
    let last = done.last().expect("an event");
    let steps = done.iter().filter(|event| is(event, "step_finished")).count();
    let counts = json!({ "total": steps, "done": steps, "failed": 0, "skipped": 0 });
    assert_eq!(*last, json!({ "event": "finished", "exit_code": 0, "steps": counts }));
    assert!(done.iter().filter(|event| event.get("id").is_some()).all(|event| event["address"].is_string()));

    let nothing = events(&project.run(&["apply", "dev", "--yes", "--format", "json"]).success());
    assert_eq!(nothing.last().expect("an event")["steps"]["total"], 0);

    let destroyed = events(&project.run(&["destroy", "dev", "--yes", "--allow-destroy", "--format", "json"]).success());
    assert!(is(&destroyed.last().expect("an event"), "finished"));
}

#[test]
fn an_error_is_an_event_too() {
    let project = Project::embedded();
    let wrong = project.run(&["apply", "dev", "--yes", "--format", "json", "--set", "ecs.clusters.x.nme=1"]);
    let said = events(&wrong);
    assert_eq!((wrong.code, &said[0]["event"], &said[0]["exit_code"]), (3, &json!("error"), &json!(3)));
    assert!(said[0]["message"].as_str().is_some_and(|message| wrong.stderr.contains(message)), "{}", wrong.stdout);
    assert_eq!(said.last().expect("an event")["exit_code"], 3);

    let refused = project.run(&["destroy", "dev", "--format", "json"]);
    let said = events(&refused);
    assert_eq!((refused.code, said.len(), &said[1]["exit_code"]), (5, 2, &json!(5)), "{}", refused.stdout);

    let image = "ecs.services.ecs_service.containers.ecs_service.image=public.ecr.aws/nginx/nginx:fails-to-start";
    let failed = project.run(&["apply", "dev", "--yes", "--format", "json", "--set", image]);
    let said = events(&failed);
    let error = said.iter().find(|event| is(event, "error")).expect("an error");
    assert_eq!((failed.code, &error["address"]), (6, &json!("ecs.service.ecs_service")), "{}", failed.stdout);
    let last = said.last().expect("an event");
    assert_eq!((&last["exit_code"], &last["steps"]["failed"]), (&json!(6), &json!(1)));
}
