//! Files that are no text, no TOML, too large, too deep, or not where they should be.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{refused, refused_file, says};
use crate::project::Project;

const DEPTH: usize = 10_000;

#[test]
fn broken_toml_has_its_place() {
    refused_file("[network\ncidr = 1\n", "environments/bad.toml:1", &["invalid TOML"]);
    refused_file("[network]\ncidr = \n", "environments/bad.toml:2:", &["invalid TOML"]);
    refused_file("production = true\r\nprotect = maybe\r\n", "environments/bad.toml:2:", &["invalid TOML"]);
}

#[test]
fn what_is_written_twice_has_the_place_of_the_second() {
    let twice = "[network]\ncidr = \"10.0.0.0/16\"\n[network]\n";
    refused_file(twice, "environments/bad.toml:3:2", &["duplicate"]);
    refused_file("production = true\nproduction = true\n", "environments/bad.toml:2:1", &["duplicate"]);
    refused_file("network.cidr = \"10.0.0.0/16\"\n[network]\n", "environments/bad.toml:2:2", &["duplicate"]);
}

#[test]
fn what_is_no_utf8_text_has_its_place() {
    refused_file("app = \"a\0b\"\n", "environments/bad.toml:1:9", &["NUL", "save the file as UTF-8"]);
    let latin1 = b"[tags]\nstadt = \"M\xfcnchen\"\n";
    refused_file(latin1, "environments/bad.toml:2:11", &["byte 0xfc", "save the file as UTF-8"]);
    let utf16: Vec<u8> = "\u{feff}production = true\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused_file(utf16, "environments/bad.toml:1:1", &["byte 0xff", "save the file as UTF-8"]);
}

/// Editors on Windows write one. It is no part of the text, and of no column.
#[test]
fn a_byte_order_mark_is_passed_over_where_it_belongs() {
    let project = Project::embedded();
    project.write("bad.toml", "\u{feff}production = true\r\n");
    project.run(&["config", "check", "bad"]).success();
    refused_file("\u{feff}producton = true\n", "environments/bad.toml:1:1", &["unknown key", "`production`"]);
    refused_file("protect = true\n\u{feff}production = true\n", "environments/bad.toml:2:1", &["invalid TOML"]);
}

#[test]
fn an_empty_file_is_an_environment_of_defaults() {
    let project = Project::embedded();
    project.write("bad.toml", "");
    project.run(&["config", "check", "bad"]).success();
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    refused_file(vec![b'#'; 10 << 20], "environments/bad.toml", &["larger than 1024 KiB"]);
}

#[test]
fn deep_nesting_is_refused() {
    let too_deep = ["nested more than 32 levels deep"];
    for text in [
        format!("a = {}{}\n", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        format!("a = {}\n", "[".repeat(DEPTH)),
        format!("a = {}1{}\n", "{a = ".repeat(DEPTH), "}".repeat(DEPTH)),
        format!("{}a = 1\n", "a.".repeat(DEPTH)),
        format!("[{}a]\n", "a.".repeat(DEPTH)),
        format!("[[{}a]]\n", "a.".repeat(DEPTH)),
    ] {
        refused_file(text, "environments/bad.toml:1:", &too_deep);
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let project = Project::embedded();
    project.write("bad.toml", "producton = true\n[aws]\nregoin = \"eu-west-1\"\n");
    let outcome = refused(&project, &["apply", "bad", "--yes"], 3);
    says(&outcome, &["environments/bad.toml:1:1", "environments/bad.toml:3:1", "2 errors"]);
}

#[test]
fn what_is_no_readable_file_is_refused() {
    let project = Project::embedded();
    let path = project.path().join("environments/bad.toml");
    fs::create_dir(&path).expect("a folder");
    says(&refused(&project, &["apply", "bad", "--yes"], 3), &["environments/bad.toml", "directory"]);
    fs::remove_dir(&path).expect("removed");

    project.write("bad.toml", "");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("its own file");
    // Whoever may read everything, as root may, sees no error.
    if fs::read(&path).is_err() {
        says(&refused(&project, &["apply", "bad", "--yes"], 3), &["environments/bad.toml", "permission denied"]);
    }
}

#[test]
fn a_file_with_another_ending_is_named() {
    let project = Project::embedded();
    project.write("bad.TOML", "");
    let outcome = refused(&project, &["apply", "bad", "--yes"], 3);
    says(&outcome, &["unknown environment `bad`", "environments/bad.TOML", "article, dev, prod"]);
}

#[test]
fn without_environments_there_is_no_project() {
    let project = Project::embedded();
    let folder = project.path().join("environments");
    fs::remove_dir_all(&folder).expect("removed");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &["environments", "deploy init"]);
    fs::write(&folder, "a file").expect("written");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &["environments", "deploy init"]);
    fs::remove_file(&folder).expect("removed");
    fs::create_dir(&folder).expect("a folder");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &["unknown environment", "environments/dev.toml"]);
}

#[test]
fn what_all_environments_share_must_be_there() {
    let project = Project::embedded();
    fs::remove_file(project.path().join("environments/default.toml")).expect("removed");
    says(&refused(&project, &["apply", "article", "--yes"], 3), &["environments/"]);
    says(&refused(&project, &["apply", "--yes"], 3), &["no environment is named", "article, dev, prod"]);
}
