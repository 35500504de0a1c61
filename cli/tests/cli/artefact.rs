//! Dynamic libraries that the tests load: plugins and examples of this workspace, built as CI builds them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The library of the plugin or example `target_name`, such as `deploy_sidecar` or `network_plugin`.
///
/// Everything is built once, with the packages and features of `cargo test --workspace`: after that, cargo finds all of it
/// fresh.
pub fn library(target_name: &str) -> PathBuf {
    let library = built().libraries.get(target_name);
    library.unwrap_or_else(|| panic!("nothing called `{target_name}` is a library")).clone()
}

/// The crate `name` as other crates are linked with it, such as `deploy_plugin`.
pub fn linkable(name: &str) -> PathBuf {
    built().crates.get(name).unwrap_or_else(|| panic!("there is no crate `{name}`")).clone()
}

/// Compiles the library `name` from `src/lib.rs` of a folder to `file`, against these crates of the tests: in a moment, where
/// cargo would build all of them anew.
pub fn compiled(name: &str, folder: &Path, file: &Path, crates: &[&str], options: &[&str]) {
    let this = std::env::current_exe().expect("this test");
    let dependencies = this.parent().expect("a folder");
    let mut compiler = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(["--edition", "2024", "--crate-name", name, "--crate-type", "cdylib"]).args(options);
    compiler.arg("-L").arg(format!("dependency={}", dependencies.display()));
    for name in crates {
        compiler.arg("--extern").arg(format!("{name}={}", linkable(name).display()));
    }
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let output = compiler.arg("-o").arg(file).arg(folder.join("src/lib.rs")).output().expect("the compiler runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What cargo has built, by the names of its targets.
#[derive(Default)]
struct Built {
    libraries: BTreeMap<String, PathBuf>,
    crates: BTreeMap<String, PathBuf>,
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(build)
}

fn build() -> Built {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--workspace", "--lib", "--examples", "--message-format=json", "--offline"]);
    // What cargo says to this process of the package under test is news to the build scripts that ask for it.
    let own = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.starts_with(prefix));
    std::env::vars_os().filter(|(name, _)| own(&name.to_string_lossy())).for_each(|(name, _)| {
        command.env_remove(name);
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = command.current_dir(root).stderr(Stdio::inherit()).output().expect("cargo runs");
    assert!(output.status.success(), "the libraries cannot be built");
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut built = Built::default();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        built.libraries.extend(named(&message));
        built.crates.extend(linked(&message));
    }
    built
}

/// The crate of a message about an artefact, if it is about one that others are linked with.
fn linked(message: &Value) -> Option<(String, PathBuf)> {
    let name = message["target"]["name"].as_str()?.replace('-', "_");
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    let file = files.find(|file| file.ends_with(".rlib"))?;
    Some((name, file.into()))
}

/// The library of a message about an artefact, if it is about one.
fn named(message: &Value) -> Option<(String, PathBuf)> {
    let name = message["target"]["name"].as_str()?.to_owned();
    let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str).map(PathBuf::from);
    let is_library = |file: &PathBuf| file.to_string_lossy().ends_with(std::env::consts::DLL_SUFFIX);
    // What the compiler itself loads is a library too.
    let is_loaded = message["target"]["kind"].as_array()?.iter().any(|kind| kind == "example" || kind == "cdylib");
    files.into_iter().find(is_library).filter(|_| is_loaded).map(|file| (name, file))
}
