//! `deploy plugin new`: whole, or nothing at all.

use std::path::Path;
use std::process::Command;

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
