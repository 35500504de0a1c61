//! `deploy plugin new`: whole, or nothing at all; and the plugins of this repository as a beginning.

use std::path::Path;
use std::process::Command;

use crate::artefact::compiled;
use crate::project::Project;

/// The largest file that may be written, in blocks of 512 bytes: every source fits, `Cargo.lock` does not.
const BLOCKS: u32 = 64;

/// Everything in a folder, by its path within.
fn tree(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        found.push(name.clone());
        found.extend(tree(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
    }
    found.sort();
    found
}

/// A file that cannot be written to its end, as on a full disk: the system refuses what is beyond a size.
#[test]
fn what_cannot_be_written_whole_leaves_nothing() {
    let project = Project::embedded();
    let before = tree(project.path());
    for folder in ["plugins/audit", "audit", "far/away/audit"] {
        let whole = project.command(&["plugin", "new", folder]);
        let mut limited = Command::new("sh");
        limited.args(["-c", &format!("ulimit -f {BLOCKS} && trap '' XFSZ && exec \"$0\" \"$@\"")]);
        limited.arg(whole.get_program()).args(whole.get_args()).current_dir(project.path()).env_clear();
        limited.envs(whole.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let refused = Project::finish(limited, b"");
        assert_eq!(refused.code, 1, "{}", refused.stderr);
        let told = format!("cannot write `{folder}/Cargo.lock`, and nothing was left behind");
        assert!(refused.stderr.contains(&told), "{}", refused.stderr);
        assert!(!refused.stderr.contains(" + "), "{}", refused.stderr);
        assert_eq!(tree(project.path()), before, "{folder}");
    }
    project.run(&["plugin", "new", "plugins/audit"]).success();
    let made = tree(&project.path().join("plugins"));
    assert!(made.contains(&"audit/Cargo.lock".to_owned()) && made.iter().all(|name| !name.contains(".new-")));
}

/// The sources of a shipped plugin, compiled on their own against the crates of these tests, hold to the suite.
#[test]
fn a_shipped_plugin_is_the_beginning_of_a_user_s_own() {
    let project = Project::embedded();
    project.run(&["plugin", "new", "plugins/beside", "--from", "sidecar"]).success();
    let folder = project.path().join("plugins/beside");
    let library = folder.join("target/release/libdeploy_sidecar").with_extension(&std::env::consts::DLL_SUFFIX[1..]);
    let crates = ["deploy_plugin", "deploy_kinds", "schemars", "serde", "strsim"];
    compiled("deploy_sidecar", &folder, &library, &crates, &[]);
    let tested = project.run(&["plugin", "test", "plugins/beside"]).success();
    assert!(tested.stdout.contains("0 failed"), "{}", tested.stdout);
    project.run(&["plugin", "add", "plugins/beside", "--yes"]).success();
    let shown = project.run(&["plugin", "inspect", "beside"]).success().stdout;
    assert!(shown.contains("beside 0.1.0, approved") && shown.contains("section [sidecar]"), "{shown}");
}

/// Their packages are whole: everything that they are built with can be found.
#[test]
fn every_shipped_plugin_is_a_package_of_its_own() {
    let project = Project::embedded();
    for name in ["sidecar", "guardrails", "bucket"] {
        let folder = format!("plugins/{name}");
        project.run(&["plugin", "new", &folder, "--from", name]).success();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--offline", "--prefix", "none", "--edges", "normal"]);
        let output = cargo.current_dir(project.path().join(&folder)).output().expect("cargo runs");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{stderr}");
        assert!(stdout.contains("deploy-plugin v0.1.0") && stdout.contains("schemars v1."), "{stdout}");
        let again = project.run(&["plugin", "new", &folder, "--from", name]);
        assert_eq!(again.code, 3, "{}", again.stderr);
    }
    let both = project.run(&["plugin", "new", "plugins/one", "--from", "bucket", "--language", "python"]);
    assert_eq!(both.code, 3, "{}", both.stderr);
}
