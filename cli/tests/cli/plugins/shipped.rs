//! The plugins that live in `plugins/`, loaded as anybody else's are.

use crate::artefact::library;
use crate::project::Project;

/// A project that has approved a plugin of this repository.
fn with(name: &str) -> Project {
    let project = Project::embedded();
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins").join(name).join("plugin.toml");
    let manifest = std::fs::read_to_string(manifest).expect("a manifest");
    project.approve(&manifest, &library(&format!("deploy_{name}")));
    project
}

/// A plan's words, however its lines were broken.
fn words(plan: &str) -> String {
    plan.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn append(project: &Project, file: &str, text: &str) {
    let path = project.path().join("environments").join(file);
    let before = std::fs::read_to_string(&path).expect("a file");
    project.write(file, before + "\n" + text);
}

#[test]
fn a_sidecar_runs_beside_every_service() {
    let project = with("sidecar");
    append(
        &project,
        "dev.toml",
        "[sidecar.containers.otel]\n\
         image = \"public.ecr.aws/aws-observability/aws-otel-collector:v0.43.1\"\n\
         memory_reservation = 64\n\
         variables = { RESOURCE = \"service.name={service}\" }\n",
    );
    // Of what is new one line is shown, and what the plugin has made of it; the keys that say so are in its section.
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(words(&plan).contains("aws-otel-collector:v0.43.1 by [sidecar] dev.toml:"), "{plan}");
    assert!(!plan.contains("      cpu"), "{plan}");

    let without = ["apply", "dev", "--yes", "--set", "sidecar.containers.otel.services=[]"];
    project.run(&without).success();
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(words(&plan).contains("aws-otel-collector:v0.43.1 by [sidecar] dev.toml:"), "{plan}");
    assert!(plan.contains("otel") && plan.contains("service.name=ecs_service"), "{plan}");
    assert!(plan.contains("dev.toml:"), "{plan}");
    assert!(plan.contains("what is desired of it was changed by [sidecar]"), "{plan}");
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);

    let wrong = project.run(&["plan", "dev", "--set", "sidecar.containers.otel.services=[\"ecs_servic\"]"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains("ecs_service"), "{}", wrong.stderr);
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
}

#[test]
fn a_guardrail_blocks_what_it_was_told_to() {
    let project = with("guardrails");
    project.run(&["apply", "dev", "--yes"]).success();
    append(&project, "dev.toml", "[guardrails]\nopen_ports = [443]\npinned_images = true\n");
    let plan = project.run(&["plan", "dev"]).success().stdout;
    assert!(plan.contains("! group app") && plan.contains("! task definition"), "{plan}");
    let blocked = project.run(&["apply", "dev", "--yes"]);
    assert_eq!(blocked.code, 5, "{}", blocked.stderr);
    project.run(&["apply", "dev", "--yes", "--set", "guardrails.level=off"]).success();
    let wrong = project.run(&["plan", "dev", "--set", "guardrails.open_port=[1]"]);
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains("a similar key exists: `open_ports`"), "{}", wrong.stderr);
}
