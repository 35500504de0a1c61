//! How rollouts end: good, rolled back, stuck, and in a loop that nobody stops.

use serde_json::{Value, json};

use super::{UNWATCHED, apply_second, assert_failed, assert_failed_with, configure, running};

#[test]
fn a_good_rollout_is_a_success() {
    let project = running();
    apply_second(&project, &[]).success();
}

#[test]
fn a_rollout_that_was_rolled_back_says_what_crashed_and_what_runs() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 exits 3 saying connecting\\ncannot connect to the database"]);
    let outcome = apply_second(&project, &[]);
    assert_failed_with(
        &outcome,
        &[
            "tasks failed to start.",
            "3 tasks stopped: Essential container in task exited (container ecs_service, exit code 3)",
            "ecs_service:1",
            "log ecs_service | connecting ecs_service | cannot connect to the database",
            "correct what the log says, and apply again",
        ],
    );
}

#[test]
fn a_health_check_that_fails_is_named() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 unhealthy"]);
    let check = "containers.ecs_service.health_check={ command = \"curl -f localhost\" }";
    let outcome = apply_second(&project, &[check]);
    assert_failed_with(
        &outcome,
        &["3 tasks stopped: Task failed container health checks", "see whether `curl -f localhost` succeeds"],
    );
}

#[test]
fn a_rollout_that_hangs_ends_when_its_time_is_up() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 stays pending"]);
    let outcome = apply_second(&project, &["rollout_timeout_seconds=2"]);
    assert_failed_with(
        &outcome,
        &[
            "it is not done after 2 seconds (`rollout_timeout_seconds`)",
            "ecs_service:1 with 1 task",
            "ECS goes on trying until its circuit breaker gives up and goes back",
            "`deploy rollout status dev` shows how it goes on; `deploy rollout stop dev` stops the tries",
            "event (service ecs-parameter-store-dev-ecs_service) has started 1 tasks",
        ],
    );
}

#[test]
fn a_crash_loop_that_nobody_counts_ends_with_the_third_crash() {
    let project = running();
    configure(&project, &["steady=1m", "tasks=*ecs_service:2 exits 137 after 200ms"]);
    // ECS counts no task that has run: its circuit breaker would watch for ever.
    let outcome = apply_second(&project, &["minimum_healthy_percent=0"]);
    assert_failed_with(
        &outcome,
        &[
            "tasks in a row stopped alike, and nothing will stop that",
            "(container ecs_service, exit code 137, OutOfMemoryError: Container killed due to memory usage)",
            "ecs_service | nothing was logged",
            "raise `memory`",
        ],
    );
}

#[test]
fn a_crash_loop_without_a_circuit_breaker_ends_with_the_third_crash() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 exits 1 saying exec /app: exec format error"]);
    let outcome = apply_second(&project, &[UNWATCHED]);
    assert_failed_with(
        &outcome,
        &[
            "tasks in a row stopped alike, and nothing will stop that",
            "ecs_service:1 with 1 task",
            "ECS goes on trying without end",
            "set `cpu_architecture` to that of the image; `deploy rollout stop dev` stops the tries",
        ],
    );
    let stopped = project.run(&["rollout", "stop", "dev", "--yes"]).success();
    assert!(stopped.stderr.contains("runs again"), "{}", stopped.stderr);
}

#[test]
fn a_log_can_be_left_out_and_cut() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:? exits 1 saying one\\ntwo\\nthree"]);
    let none = apply_second(&project, &["log_tail_lines=0"]);
    assert_failed(&none);
    assert!(!none.stderr.contains(" | "), "{}", none.stderr);
    let two = apply_second(&project, &["log_tail_lines=2"]);
    assert_failed_with(&two, &["log ecs_service | two ecs_service | three"]);
    assert!(!two.stderr.contains("| one"), "{}", two.stderr);
}

#[test]
fn events_hold_the_same_facts() {
    let project = running();
    configure(&project, &["tasks=*ecs_service:2 exits 3 saying cannot connect"]);
    let outcome = apply_second(&project, &["wait=true", "log_tail_lines=5"]);
    assert_failed(&outcome);
    configure(&project, &["tasks=*ecs_service:? exits 3 saying cannot connect"]);
    let options = super::second(&[]);
    let words: Vec<&str> = options.iter().map(String::as_str).collect();
    let outcome = project.run(&[&["apply", "dev", "--yes", "--format", "json"], words.as_slice()].concat());
    let events: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let error = events.iter().find(|event| event["event"] == "error").expect("an error");
    assert_eq!((outcome.code, &error["fault"]["kind"]), (6, &json!("rollout_failed")), "{}", outcome.stdout);
    let details = error["fault"]["details"].as_array().expect("details");
    let lines = |name: &str| {
        let detail = details.iter().find(|detail| detail["name"] == name);
        detail.unwrap_or_else(|| panic!("no {name}: {details:?}"))["lines"].clone()
    };
    assert_eq!(lines("log"), json!(["ecs_service | cannot connect"]));
    assert!(lines("stopped")[0].as_str().is_some_and(|line| line.contains("exit code 3")));
    assert!(lines("now")[0].is_string());
}
