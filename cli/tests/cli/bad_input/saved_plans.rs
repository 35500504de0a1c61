//! Files that are handed to `apply` and are no saved plan, or not this one.

use std::fs;

use super::{refused, says};
use crate::project::Project;

/// A project and the bytes of a plan that could be applied.
fn planned() -> (Project, Vec<u8>) {
    let project = Project::embedded();
    project.run(&["plan", "dev", "-o", "dev.plan"]).success();
    let plan = fs::read(project.path().join("dev.plan")).expect("a plan");
    (project, plan)
}

fn refused_plan(project: &Project, bytes: impl AsRef<[u8]>, code: i32, words: &[&str]) {
    fs::write(project.path().join("bad.plan"), bytes).expect("written");
    says(&refused(project, &["apply", "bad.plan"], code), words);
}

#[test]
fn what_is_no_plan_is_refused() {
    let (project, plan) = planned();
    let no_plan = ["`bad.plan` is not a saved plan", "deploy plan ENV -o FILE"];
    for length in [0, 1, plan.len() / 2, plan.len() - 3] {
        refused_plan(&project, &plan[..length], 3, &no_plan);
    }
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    refused_plan(&project, binary, 3, &no_plan);
    for text in ["[]", "{}", "{\"sets\": null, \"plan\": null}", "app = \"shop\"\n", &"[".repeat(10_000)] {
        refused_plan(&project, text, 3, &no_plan);
    }
}

#[test]
fn a_plan_of_another_version_is_refused() {
    let (project, plan) = planned();
    let text = String::from_utf8(plan).expect("JSON");
    let newer = text.replacen("\"format\": ", "\"format\": 9", 1);
    assert_ne!(newer, text);
    refused_plan(&project, newer, 3, &["another version of this program"]);
}

#[test]
fn a_plan_that_was_changed_by_hand_is_refused() {
    let (project, plan) = planned();
    let text = String::from_utf8(plan).expect("JSON");
    let more = text.replace("10.0.1.0/24", "10.0.7.0/24");
    assert_ne!(more, text);
    refused_plan(&project, more, 5, &["stale"]);
    let elsewhere = text.replacen("\"environment\": \"dev\"", "\"environment\": \"../dev\"", 1);
    assert_ne!(elsewhere, text);
    refused_plan(&project, elsewhere, 3, &["cannot be the name of an environment"]);
}

#[test]
fn what_is_no_file_is_refused() {
    let project = Project::embedded();
    says(&refused(&project, &["apply", "missing.plan"], 3), &["missing.plan", "deploy plan ENV -o FILE"]);
    fs::create_dir(project.path().join("bad.plan")).expect("a folder");
    says(&refused(&project, &["apply", "bad.plan"], 3), &["bad.plan", "deploy plan ENV -o FILE"]);
    says(&refused(&project, &["apply", "/dev/zero"], 3), &["/dev/zero"]);
}

#[test]
fn an_environments_file_is_no_plan() {
    for file in ["environments/dev.toml", "dev.toml"] {
        says(&refused(&Project::embedded(), &["apply", file, "--yes"], 3), &[file, "`deploy apply dev`"]);
    }
}
