//! Holds `RULES.md` to the code: the tests that it names exist, and no operation is missing from it.

use regex_lite::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../RULES.md");
/// How the operations of the services begin.
const VERBS: &str = "Add|Associate|Assume|Attach|Authorize|Batch|Cancel|Create|Delete|Deregister|Describe|Detach|Disable|Disassociate|Enable|Filter|Get|Head|Label|\
     List|Modify|Put|Register|Remove|Replace|Restore|Revoke|Run|Schedule|Stop|Tag|Unlabel|Untag|Update";

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The text of every source file below these folders.
fn text_below(folders: &[&str]) -> String {
    let mut files = Vec::new();
    for folder in folders {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    files.iter().map(|file| fs::read_to_string(file).expect("text")).collect()
}

fn all(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let tests =
        all(r"#\[test\]\s+(?:#\[[^\]]*\]\s+)*fn ([a-z0-9_]+)", &text_below(&["src", "tests", "../core/policy/src"]));
    let named: BTreeSet<String> = PAGE
        .lines()
        .filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| ").map(|(_, held_by)| held_by))
        .flat_map(|held_by| all("`([a-z0-9_]+)`", held_by))
        .collect();
    assert!(named.len() > 100, "{} tests are named", named.len());
    let missing: Vec<&String> = named.difference(&tests).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_rule_is_held_by_a_test() {
    let rows = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Operations"));
    for row in rows {
        assert!(row.matches(" | ").count() == 2 && row.ends_with("` |"), "{row}");
    }
}

#[test]
fn no_operation_is_missing() {
    let services = [
        "src/ec2",
        "src/ecr",
        "src/ecs",
        "src/iam",
        "src/kms",
        "src/logs",
        "src/s3",
        "src/secretsmanager",
        "src/ssm",
        "src/sts",
    ];
    let known = all(&format!(r#"(?m)(?:^ +|== )"((?:{VERBS})[A-Z][A-Za-z]+)"(?: =>|\))"#), &text_below(&services));
    assert!(known.len() > 100, "{} operations", known.len());
    let named = all("([A-Z][A-Za-z]+)", PAGE);
    let missing: Vec<&String> = known.difference(&named).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
