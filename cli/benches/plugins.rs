//! What three plugins that are not built in cost a plan: `cargo bench -p deploy --bench plugins`.
//!
//! Both plans are made in turn, so that whatever else the machine does falls on both alike.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PLUGINS: [&str; 3] = ["sidecar", "guardrails", "bucket"];
const ROUNDS: usize = 40;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    deploy(folder.path(), &["init", "shop"]);
    let project = folder.path().join("shop");
    deploy(project.as_path(), &["apply", "dev", "--local", "--yes"]);
    let lock = project.as_path().join("deploy-plugins.lock");
    let aside = project.as_path().join("aside");
    for name in PLUGINS {
        let folder = project.as_path().join("plugins").join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let library = library(&format!("deploy_{name}"));
        let file = library.file_name().expect("a name");
        std::fs::copy(&library, folder.join(file)).expect("a copy");
        let manifest =
            std::fs::read_to_string(root().join("plugins").join(name).join("plugin.toml")).expect("a manifest");
        let manifest = manifest.replace("../../target/plugin/", "");
        std::fs::write(folder.join("plugin.toml"), &manifest).expect("written");
        let mut words = vec!["plugin".to_owned(), "add".into(), format!("plugins/{name}"), "--yes".into()];
        if manifest.contains("\"aws\"") {
            words.extend(["--grant".to_owned(), "aws".into()]);
        }
        deploy(project.as_path(), &words.iter().map(String::as_str).collect::<Vec<_>>());
        println!("{name}: {} KiB", library.metadata().expect("a file").len() / 1024);
    }
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        std::fs::rename(&lock, &aside).expect("moved");
        without.push(deploy(project.as_path(), &["plan", "dev", "--local"]));
        std::fs::rename(&aside, &lock).expect("moved");
        with.push(deploy(project.as_path(), &["plan", "dev", "--local"]));
    }
    let (without, with) = (median(without), median(with));
    println!("plan without plugins {without:?}, with three {with:?}: {:?} more", with.saturating_sub(without));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn deploy(folder: &Path, words: &[&str]) -> Duration {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
    command.args(words).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).output().expect("the program starts");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    begun.elapsed()
}

/// The library of one of our plugins, built as it is shipped.
fn library(name: &str) -> PathBuf {
    let profile = if cfg!(debug_assertions) { "dev" } else { "plugin" };
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--profile", profile, "--message-format=json", "--lib"]);
    for plugin in PLUGINS {
        command.args(["-p", &format!("deploy-{plugin}")]);
    }
    let output = command.current_dir(root()).stderr(Stdio::inherit()).output().expect("cargo runs");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let artefacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let own = artefacts.filter(|message| message["target"]["name"] == name);
    let files = own.flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default());
    let mut files = files.filter_map(|file| Some(PathBuf::from(file.as_str()?)));
    files.find(|file| file.to_string_lossy().ends_with(std::env::consts::DLL_SUFFIX)).expect("a library")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
