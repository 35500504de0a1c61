//! The five stages do the same behind the border as within the program: loaded from dynamic libraries in place of those
//! that are compiled in, every command that plans and acts says the same, byte for byte.

use std::path::Path;

use crate::artefact::library;
use crate::project::{Outcome, Project};

const STAGES: [&str; 5] = ["network", "security", "secrets", "iam", "ecs"];

/// The same project twice.
struct Twins {
    built_in: Project,
    loaded: Project,
}

impl Twins {
    fn new() -> Self {
        let twins = Self { built_in: Project::embedded(), loaded: Project::embedded() };
        for stage in STAGES {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins").join(stage).join("examples");
            let manifest = std::fs::read_to_string(folder.join("plugin.toml")).expect("a manifest");
            twins.loaded.approve(&manifest, &library(&format!("{stage}_plugin")));
        }
        twins
    }

    fn loaded(&self, arguments: &[&str]) -> Outcome {
        let mut command = self.loaded.command(arguments);
        command.env("DEPLOY_TEST_WITHOUT_BUILT_IN", "1");
        Project::finish(command, b"")
    }

    /// What both say, which is the same.
    fn agree(&self, arguments: &[&str]) -> Outcome {
        let (built_in, loaded) = (self.built_in.run(arguments), self.loaded(arguments));
        assert_eq!(built_in.code, loaded.code, "{arguments:?}\n{}{}", loaded.stdout, loaded.stderr);
        assert_eq!(built_in.stdout, loaded.stdout, "{arguments:?}");
        assert_eq!(told(&built_in.stderr), told(&loaded.stderr), "{arguments:?}");
        built_in
    }
}

/// The lines of a run, without the order of what goes on side by side, how long it took, and what the embedded AWS calls
/// what it has made.
fn told(text: &str) -> Vec<String> {
    const NUMBERED: [&str; 5] = ["vpc-", "subnet-", "igw-", "rtb-", "sg-"];
    let plain = |word: &str| match NUMBERED.iter().find(|kind| word.starts_with(**kind)) {
        Some(kind) => format!("{kind}ID"),
        None if word.strip_suffix(['s', '.']).is_some_and(is_a_time) => "TIME".to_owned(),
        None => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(plain).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.sort();
    lines
}

fn is_a_time(word: &str) -> bool {
    word.trim_end_matches('s').parse::<f64>().is_ok()
}

#[test]
fn the_schema_is_the_same() {
    Twins::new().agree(&["config", "schema"]).success();
}

#[test]
fn every_shipped_environment_is_planned_the_same() {
    let twins = Twins::new();
    for environment in ["dev", "prod", "article"] {
        twins.agree(&["plan", environment]).success();
        twins.agree(&["plan", environment, "--format", "json"]).success();
        twins.agree(&["graph", environment]).success();
    }
    let missing = "ecs.services.ecs_service.task_role=nobody";
    assert_eq!(twins.agree(&["plan", "dev", "--set", missing]).code, 3);
}

#[test]
fn an_environment_lives_the_same() {
    let twins = Twins::new();
    twins.agree(&["apply", "dev", "--yes"]).success();
    assert_eq!(twins.agree(&["plan", "dev", "--detailed-exitcode"]).code, 0);
    let set =
        ["--set", "ecs.services.ecs_service.desired_count=2", "--set", "network.subnets.public_1.cidr=10.0.9.0/24"];
    let changed = twins.loaded(&[&["plan", "dev"][..], &set].concat()).success();
    let same = twins.built_in.run(&[&["plan", "dev"][..], &set].concat()).success();
    assert_eq!(told(&changed.stdout), told(&same.stdout));
    twins.loaded(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    twins.built_in.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert_eq!(twins.agree(&["plan", "dev", "--detailed-exitcode"]).code, 2);
}
