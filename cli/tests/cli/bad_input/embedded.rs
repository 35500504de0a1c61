//! An embedded AWS whose file is damaged, or not where it should be.

use std::fs;

use super::{refused, says};
use crate::project::Project;

#[test]
fn a_damaged_world_is_left_alone_until_it_is_reset() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let file = project.local_folder().join("world.json");
    let whole = fs::read(&file).expect("a world");
    let cases = [&whole[..whole.len() / 2], &whole[..whole.len() - 1], b"", b"\xff\0", b"[]", b"{\"version\":1}"];
    for bytes in cases {
        fs::write(&file, bytes).expect("written");
        for arguments in [&["apply", "dev", "--yes"][..], &["plan", "dev"], &["local", "status"]] {
            says(&refused(&project, arguments, 3), &["world.json", "deploy local reset"]);
        }
    }
    fs::write(&file, "{\"version\":99}").expect("written");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &["version 99", "deploy local reset"]);
    project.run(&["local", "reset"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
}

#[test]
fn what_stands_in_its_way_is_named() {
    let project = Project::embedded();
    let file = project.local_folder().join("world.json");
    fs::create_dir_all(&file).expect("a folder");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &["world.json", "not a file"]);
    says(&refused(&project, &["local", "reset"], 1), &["cannot forget the embedded AWS"]);
    fs::remove_dir_all(project.path().join(".deploy")).expect("removed");
    fs::write(project.path().join(".deploy"), "a file").expect("written");
    says(&refused(&project, &["apply", "dev", "--yes"], 3), &[".deploy/local", "Not a directory"]);
}
