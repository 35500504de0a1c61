//! The plugins of this repository as the beginning of a user's own: their sources, with all that they are built with.

use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use toml::{Table, Value};

use super::folder::File;
use super::sdk;
use crate::arguments::Shipped;

static SIDECAR: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/sidecar");
static GUARDRAILS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/guardrails");
static BUCKET: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/bucket");

/// The tests that stand in files of their own know this repository, and stay here.
const TESTS: &str = "src/tests";
const TESTS_DECLARED: &str = "#[cfg(test)]\nmod tests;\n";
/// The tables of a package, in the order in which a person looks for them.
const TABLES: [&str; 6] = ["package", "lib", "dependencies", "dev-dependencies", "profile", "workspace"];
const IGNORED: &str = "/target\n";

/// The files of a plugin of this repository, for a folder of its own in which it is called `name`.
pub fn files(shipped: Shipped, name: &str) -> Vec<File> {
    let mut files = vec![(PathBuf::from(".gitignore"), IGNORED.as_bytes().to_vec())];
    collect(folder(shipped), name, &mut files);
    files
}

fn folder(shipped: Shipped) -> &'static Dir<'static> {
    match shipped {
        Shipped::Sidecar => &SIDECAR,
        Shipped::Guardrails => &GUARDRAILS,
        Shipped::Bucket => &BUCKET,
    }
}

fn collect(folder: &Dir<'_>, name: &str, files: &mut Vec<File>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) if inner.path() != Path::new(TESTS) => collect(inner, name, files),
            DirEntry::File(file) if file.path() != Path::new(TESTS).with_extension("rs") => {
                let text = file.contents_utf8().expect("the sources of a plugin are text");
                files.push((file.path().to_owned(), adapted(file.path(), text, name).into_bytes()));
            }
            DirEntry::Dir(_) | DirEntry::File(_) => {}
        }
    }
}

/// A file as it stands in a folder of its own.
fn adapted(path: &Path, text: &str, name: &str) -> String {
    match path.to_str() {
        Some("Cargo.toml") => package(text),
        Some("plugin.toml") => manifest(text, name),
        Some("src/lib.rs") => text.replace(TESTS_DECLARED, ""),
        _ => text.to_owned(),
    }
}

/// The manifest, with the name of the folder and a library that is built within it.
fn manifest(text: &str, name: &str) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some(("name", _)) => format!("name = \"{name}\"\n"),
        Some(("library", file)) => format!("library = {}\n", file.replace("../../target/plugin", "target/release")),
        Some(("build", _)) => "build = [\"cargo\", \"build\", \"--release\"]\n".to_owned(),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// The package, with what it inherits here written out, in a workspace of its own.
fn package(text: &str) -> String {
    let mut package: Table = text.parse().expect("the package of a plugin");
    let workspace = sdk::inherited();
    inherit(&mut package, "package", |key| workspace["package"].get(key).cloned());
    for dependencies in ["dependencies", "dev-dependencies"] {
        inherit(&mut package, dependencies, |key| match sdk::path_of(key) {
            Some(path) => Some(Value::Table(Table::from_iter([("path".to_owned(), Value::from(path))]))),
            None => workspace["dependencies"].get(key).filter(|dependency| dependency.get("path").is_none()).cloned(),
        });
    }
    let exclude = Value::Array(vec![Value::from(sdk::FOLDER)]);
    let release = Table::from_iter([("release".to_owned(), Value::Table(sdk::release_profile()))]);
    package.insert("profile".to_owned(), Value::Table(release));
    package.insert("workspace".to_owned(), Value::Table(Table::from_iter([("exclude".to_owned(), exclude)])));
    let table = |name: &&str| package.remove_entry(*name).map(|entry| Table::from_iter([entry]).to_string());
    TABLES.iter().filter_map(table).collect::<Vec<_>>().join("\n")
}

/// Puts what `ours` knows in the place of everything that a table inherits, and takes out what it does not know.
fn inherit(package: &mut Table, table: &str, ours: impl Fn(&str) -> Option<Value>) {
    let Some(Value::Table(table)) = package.get_mut(table) else { return };
    let is_inherited = |value: &Value| value.get("workspace").is_some();
    let own = std::mem::take(table).into_iter();
    table.extend(own.filter_map(|(key, value)| {
        let value = if is_inherited(&value) { ours(&key) } else { Some(value) };
        value.map(|value| (key, value))
    }));
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use deploy_plugin::manifest::Manifest;

    use super::*;

    const TEMPLATE: &str = include_str!("../../../../templates/plugin-rust/Cargo.toml");

    fn text(files: &[File], name: &str) -> String {
        let (_, bytes) = files.iter().find(|(path, _)| path == Path::new(name)).unwrap_or_else(|| panic!("{name}"));
        String::from_utf8(bytes.clone()).expect("text")
    }

    #[test]
    fn every_shipped_plugin_stands_on_its_own() {
        for shipped in Shipped::value_variants() {
            let files = files(*shipped, "mine");
            let manifest = Manifest::parse(&text(&files, "plugin.toml")).expect("a manifest");
            assert_eq!((manifest.name.as_str(), manifest.build.len()), ("mine", 3));
            assert!(manifest.library.expect("a library").starts_with("target/release"));
            let package = text(&files, "Cargo.toml");
            assert!(!package.contains("workspace = true"), "{package}");
            let package: Table = package.parse().expect("a package");
            let template: Table = TEMPLATE.parse().expect("the template's package");
            assert_eq!(package["profile"], template["profile"]);
            let dependencies = package["dependencies"].as_table().expect("some");
            assert_eq!(dependencies["deploy-plugin"]["path"].as_str(), Some("sdk/plugin"));
            assert!(dependencies.contains_key("schemars") && package["package"]["edition"].is_str());
            assert!(files.iter().all(|(path, _)| !path.starts_with("src/tests") && path != Path::new("src/tests.rs")));
            assert!(!text(&files, "src/lib.rs").contains("mod tests;"));
            assert!(files.iter().any(|(path, _)| path == Path::new("conformance.toml")));
        }
    }
}
