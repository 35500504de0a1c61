//! The crates that a plugin in Rust is written against, as this program was built with them.
//!
//! They travel with the plugin: what it is built with is what this program speaks, and nobody has to look for it.

use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use toml::{Table, Value};

/// Where they lie in a plugin's folder.
pub const FOLDER: &str = "sdk";

/// The crates, by the folder that each has here and there.
const CRATES: [(&str, Dir<'static>); 3] = [
    ("model", include_dir!("$CARGO_MANIFEST_DIR/../core/model")),
    ("plugin", include_dir!("$CARGO_MANIFEST_DIR/../core/plugin")),
    ("kinds", include_dir!("$CARGO_MANIFEST_DIR/../core/kinds")),
];

/// The workspace that they are part of here.
const WORKSPACE: &str = include_str!("../../../../Cargo.toml");
/// The versions that they were tested with here.
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// Every file, by its path in a plugin's folder.
pub fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, folder) in &CRATES {
        collect(folder, &Path::new(FOLDER).join(name), &mut files);
    }
    files.push((Path::new(FOLDER).join("Cargo.toml"), workspace().into_bytes()));
    files.push((PathBuf::from("Cargo.lock"), LOCK.as_bytes().to_vec()));
    files
}

fn collect(folder: &Dir<'_>, at: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::File(file) => files.push((at.join(file.path()), file.contents().to_vec())),
            DirEntry::Dir(folder) => collect(folder, at, files),
        }
    }
}

/// What the packages of our workspace inherit from it.
pub fn inherited() -> Table {
    let ours: Table = WORKSPACE.parse().expect("the workspace of this program");
    ours["workspace"].as_table().expect("it is one").clone()
}

/// How a plugin is built to be shipped, by a workspace that is none of ours. While one is written, a panic is better a
/// failed call than a process that has ended.
pub fn release_profile() -> Table {
    let ours: Table = WORKSPACE.parse().expect("the workspace of this program");
    let profile = |name: &str| ours["profile"][name].as_table().expect("a profile of ours").clone();
    let mut shipped = profile("plugin");
    shipped.remove("inherits");
    shipped.remove("panic");
    shipped.insert("strip".to_owned(), profile("release")["strip"].clone());
    shipped
}

/// Where the crate of this name lies in a plugin's folder, if it is one of these.
pub fn path_of(package: &str) -> Option<String> {
    let (name, _) = CRATES.iter().find(|(name, _)| package.strip_prefix("deploy-") == Some(name))?;
    Some(format!("{FOLDER}/{name}"))
}

/// A workspace of these crates alone, with what they inherit from ours.
fn workspace() -> String {
    let mut workspace = inherited();
    let names = CRATES.map(|(name, _)| Value::from(name));
    workspace.insert("members".to_owned(), Value::Array(names.to_vec()));
    workspace.remove("default-members");
    let dependencies = workspace["dependencies"].as_table_mut().expect("it has some");
    dependencies.retain(|_, dependency| dependency.get("path").is_none());
    for (name, _) in CRATES {
        let path = Table::from_iter([("path".to_owned(), Value::from(name))]);
        dependencies.insert(format!("deploy-{name}"), Value::Table(path));
    }
    let whole = Table::from_iter([("workspace".to_owned(), Value::Table(workspace))]);
    format!("# The crates of `deploy` that a plugin is written against. They are not to be edited.\n{whole}")
}
