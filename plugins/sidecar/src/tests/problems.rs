//! What is wrong with the section, and what stands in the way of a sidecar.

use super::*;

fn problems(text: &str) -> Vec<String> {
    told(&outcome(&section(text)).expect_err("something is wrong"))
}

#[test]
fn what_is_wrong_with_a_sidecar_is_told_by_its_key() {
    let text = r#"
        [containers."a b"]
        image = ""
        services = ["web"]
        except = ["batch"]
        memory = 64
        memory_reservation = 128
        variables = { A = "1" }
        secrets = ["A", "B", "B", "arn:aws:ssm:x"]
        ulimits = { files = { soft = 1, hard = 1 }, nofile = { soft = 2, hard = 1 } }
        health_check = { command = ["curl"] }
        depends_on = { "a b" = "START" }
        log = { retention_days = 7, stream_prefix = "a:b" }
        [containers.b]
        image = "https://example.com/app"
        essential = true
        containers_wait_for = "SUCCESS"
        log = { group = "/{service}/x", retention_days = 10 }
        [containers.c]
        image = { repository = "c", tag = "-", digest = "sha256:1" }
        containers_wait_for = "HEALTHY"
        log = { group = "" }
        [containers.d]
        image = "d"
        log = { group = "/x" }
        [containers.e]
        image = "e"
        log = { group = "/x" }
    "#;
    let mut told: Vec<String> = problems(text);
    told.iter_mut().for_each(|line| *line = line.replace("sidecar.containers.", ""));
    let short: Vec<&str> = told.iter().map(|line| line.split(" | ").next().expect("a line")).collect();
    assert_eq!(
        short,
        [
            "\"a b\": `a b` cannot name a container",
            "\"a b\".image: the image is empty",
            "\"a b\".except: the services are named, and so are those that are left out",
            "\"a b\".memory_reservation: 128 MiB cannot be kept for a container that may use 64",
            "\"a b\".secrets.0: `A` is in `variables` already",
            "\"a b\".secrets.2: `B` is listed twice",
            "\"a b\".secrets.3: a list names keys, and an ARN is no name of a variable",
            "\"a b\".ulimits.files: there is no limit `files`",
            "\"a b\".ulimits.nofile.soft: the soft limit is above the hard one",
            "\"a b\".depends_on.\"a b\": a container cannot wait for itself",
            "\"a b\".health_check.command: the command does not say what is run, or how",
            "\"a b\".log.retention_days: the log is that of the service, and is kept as long as that says",
            "\"a b\".log.stream_prefix: no log stream can begin with `a:b`",
            "b.image: `https://example.com/app` is not the URI of an image",
            "b.containers_wait_for: `b` is essential: the task ends when it does",
            "b.log.retention_days: CloudWatch cannot keep log events for 10 days",
            "b.log.group: `{` cannot be part of the log group name `/{service}/x`",
            "c.image.tag: an image has a tag or a digest, not both",
            "c.image.tag: `-` is not a tag",
            "c.image.digest: `sha256:1` is not a digest",
            "c.containers_wait_for: `c` has no health check that could pass",
            "c.log.group: the log group name has 0 characters; 1 to 512 are allowed",
            "e.log.group: the log group `/x` is that of `d` already",
        ]
    );
}

#[test]
fn a_service_that_does_not_exist_has_its_likeness() {
    assert_eq!(
        problems("[containers.otel]\nimage = 'a'\nservices = ['wbe', 'bacth']"),
        [
            "sidecar.containers.otel.services.0: there is no service `wbe` | a similar one exists: `web`",
            "sidecar.containers.otel.services.1: there is no service `bacth` | a similar one exists: `batch`",
        ]
    );
    assert_eq!(
        problems("[containers.otel]\nimage = 'a'\nexcept = ['payments']"),
        ["sidecar.containers.otel.except.0: there is no service `payments` | there are `batch`, `web`"]
    );
}

#[test]
fn a_name_that_is_taken_is_told_for_each_service() {
    assert_eq!(
        problems("[containers.web]\nimage = 'a'"),
        ["sidecar.containers.web: `web` has a container `web` already \
          | give this one another name, or leave the service out: `except = [\"web\"]`"]
    );
}

#[test]
fn a_task_that_cannot_be_read_does_not_go_without_its_sidecar_in_silence() {
    let mut blueprint = services().finish().expect("nothing is wrong with it");
    blueprint.desired.get_mut(&at("web")).expect("it is there").inputs["newer"] = true.into();
    let before = blueprint.clone();
    let config = section("[containers.otel]\nimage = 'a'\nservices = ['web']");
    let problems = Stage::transform(&Sidecars, &config, &cx(), &mut blueprint).expect_err("it is not known");
    assert_eq!(
        told(&problems),
        ["sidecar: `ecs.task_definition.web` has a form that is newer than this plugin \
          | build `sidecar` anew with the SDK of this `deploy`, and add it"]
    );
    assert_eq!(blueprint, before);
    let elsewhere = section("[containers.otel]\nimage = 'a'\nservices = ['batch']");
    Stage::transform(&Sidecars, &elsewhere, &cx(), &mut blueprint).expect("nothing is wrong with it");
}

#[test]
fn what_does_not_fit_into_the_task_is_told_where_it_is_asked_for() {
    let told = problems(
        "[containers.a]\nimage = 'a'\nmemory_reservation = 400\ncpu = 200\nservices = ['web']\n\
         [containers.b]\nimage = 'a'\nmemory = 128\ncpu = 100\nservices = ['web']\n\
         [containers.c]\nimage = 'a'\nmemory = 1024\nservices = ['batch']\n",
    );
    assert_eq!(
        told,
        [
            "sidecar.containers.c.memory: `c` may use 1024 MiB, and a task of `batch` has 512 \
             | lower it, or raise `ecs.services.batch.memory`",
            "sidecar.containers.b.memory: with `b` the containers of `web` ask for 528 MiB together, and the task has 512 \
             | lower it, or raise `ecs.services.web.memory`",
            "sidecar.containers.b.cpu: with `b` the containers of `web` ask for 300 CPU units together, and the task has 256 \
             | lower it, or raise `ecs.services.web.cpu`",
        ]
    );
}

#[test]
fn ports_and_variables_are_taken_once() {
    let told = problems(
        "[containers.a]\nimage = 'a'\nports = [80]\ncontainer_variables = { X = '1', Y = '1' }\nservices = ['web']\n\
         [containers.b]\nimage = 'a'\nports = [{ container = 80, protocol = 'udp' }]\n\
         container_variables = { X = '2', Y = '1' }\nservices = ['web']\n",
    );
    assert_eq!(
        told,
        [
            "sidecar.containers.a.ports.0: port 80 (tcp) is taken already \
             | `web` of `web` has it, and the containers of a task share their network",
            "sidecar.containers.b.container_variables.X: `a` gives `X` another value for the containers of `web` \
             | keep one of them",
        ]
    );
}

#[test]
fn what_can_never_be_waited_for_is_told() {
    assert_eq!(
        problems(
            "[containers.a]\nimage = 'a'\nservices = ['web']\ndepends_on = { batch = 'START', web = 'HEALTHY', b = 'SUCCESS' }\n\
             [containers.b]\nimage = 'a'\nservices = ['web']\nessential = true\n"
        ),
        [
            "sidecar.containers.a.depends_on.b: `b` of `web` is essential: the task ends when it does \
             | set `essential = false` for `b`, or wait for \"START\"",
            "sidecar.containers.a.depends_on.batch: `web` has no container `batch` \
             | its containers are `a`, `b`, `web`; choose others with `services` or `except`",
            "sidecar.containers.a.depends_on.web: `web` of `web` has no health check that could pass \
             | give it a `health_check`, or wait for \"START\" of `web`",
        ]
    );
    let ring = "[containers.a]\nimage = 'a'\ndepends_on = { b = 'START' }\ncontainers_wait_for = 'START'\n\
                services = ['web']\n[containers.b]\nimage = 'a'\ndepends_on = { web = 'START' }\nservices = ['web']\n";
    assert_eq!(
        problems(ring),
        ["sidecar.containers.a.depends_on: in `web`, `a` and `b`, `web` wait for each other \
          | take one of `depends_on` and `containers_wait_for` out"]
    );
}
