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
    static LIBRARIES: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let library = LIBRARIES.get_or_init(build).get(target_name);
    library.unwrap_or_else(|| panic!("nothing called `{target_name}` is a library")).clone()
}

fn build() -> BTreeMap<String, PathBuf> {
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
    messages.lines().filter_map(|line| serde_json::from_str(line).ok()).filter_map(|message| named(&message)).collect()
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
