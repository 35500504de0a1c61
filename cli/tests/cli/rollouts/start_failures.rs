//! Tasks that cannot start: the wait ends with the first of them, not with the circuit breaker.

use std::time::{Duration, SystemTime};

use deploy_aws::ecs::types::DesiredStatus;

use super::{apply, apply_second, assert_failed_with, configure, running};
use crate::project::Project;

/// How long after the first stopped task the program may end.
const MOST: Duration = Duration::from_secs(10);

/// When the first task of the account that never ran began to stop.
fn first_stop(project: &Project) -> SystemTime {
    project.with_clients(async |clients| {
        let ecs = &clients.ecs().reads;
        let cluster = ecs.list_clusters().send().await.expect("clusters").cluster_arns.expect("one").remove(0);
        let tasks = ecs.list_tasks().cluster(&cluster).desired_status(DesiredStatus::Stopped).send().await;
        let tasks = tasks.expect("tasks").task_arns;
        let tasks = ecs.describe_tasks().cluster(&cluster).set_tasks(tasks).send().await.expect("tasks").tasks;
        let failed = tasks.into_iter().flatten().filter(|task| task.started_at.is_none());
        let first = failed.filter_map(|task| task.stopping_at).min_by_key(|at| at.as_nanos()).expect("a task");
        SystemTime::try_from(first).expect("a time")
    })
}

const PLATFORM: &str = "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does \
                        not contain descriptor matching platform 'linux/amd64'";

#[test]
fn a_start_failure_ends_the_wait_at_once() {
    let project = running();
    configure(&project, &["task_start=1s", &format!("tasks=*ecs_service:2 fails {PLATFORM}")]);
    let outcome = apply_second(&project, &[]);
    let ended = SystemTime::now();
    assert_failed_with(
        &outcome,
        &[
            "no task of this revision can start",
            &format!("1 task stopped: {PLATFORM}"),
            "ecs_service:1 with 1 task",
            "until its circuit breaker gives up and goes back",
            "build the image for the platform that the tasks run on",
        ],
    );
    let took = ended.duration_since(first_stop(&project)).expect("it stopped before");
    assert!(took < MOST, "{took:?} after the first stopped task");
}

#[test]
fn every_final_reason_has_its_advice() {
    let retrieval = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
                     failed: unable to retrieve";
    let project = running();
    for (reason, advice) in [
        ("CannotPullContainerError: manifest for app:9 not found: manifest unknown".to_owned(), "--repository-name"),
        (
            format!("{retrieval} secrets from ssm: invalid parameters: /x/dev/db_password"),
            "`deploy secrets set db_password --env dev ",
        ),
        (format!("{retrieval} secret from asm: ResourceNotFoundException: no"), "`deploy secrets list --env dev "),
    ] {
        configure(&project, &["task_start=1s", &format!("tasks=*ecs_service:2 fails {reason}")]);
        let outcome = apply_second(&project, &[]);
        assert_failed_with(&outcome, &["no task of this revision can start", &reason, advice]);
        // What the account has learnt of the revision does not matter to the next reason.
        configure(&project, &["tasks=none"]);
        project.run(&["rollout", "stop", "dev", "--yes"]);
    }
}

#[test]
fn a_service_that_is_scaled_up_in_vain_says_so_soon() {
    let project = running();
    let three = ["--set", "ecs.services.ecs_service.desired_count=3"];
    // ECS counts no failures of a deployment that was complete.
    for reason in ["CannotPullContainerError: app:1: not found", "CannotPullContainerError: dial tcp: i/o timeout"] {
        configure(&project, &[&format!("tasks=*ecs_service:1 fails {reason}")]);
        let begun = SystemTime::now();
        let outcome = apply(&project, &three);
        assert_failed_with(&outcome, &[reason, "ecs_service:1 with 1 task", "ECS goes on trying to start the rest"]);
        assert!(begun.elapsed().expect("a span") < Duration::from_secs(60));
        configure(&project, &["tasks=none"]);
        apply(&project, &["--set", "ecs.services.ecs_service.desired_count=1"]).success();
    }
    apply(&project, &three).success();
}
