//! A project in a folder of its own, and the program run in it as a person would.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use deploy_aws::{Clients, Settings};
use deploy_host::{LockFile, LockedPlugin};
use deploy_plugin::manifest::Manifest;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::endpoint::Endpoint;

/// A copy of the shipped environments, and where it deploys to.
pub struct Project {
    folder: TempDir,
    endpoint: Option<String>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    pub fn success(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}{}", self.stdout, self.stderr))
    }
}

impl Project {
    /// Deploys to the embedded AWS.
    pub fn embedded() -> Self {
        Self::at(None)
    }

    /// Deploys to the moto server that `DEPLOY_TEST_MOTO` names. One test has it to itself.
    pub fn moto() -> Option<Self> {
        let endpoint = std::env::var("DEPLOY_TEST_MOTO").ok()?;
        Some(Self::at(Some(endpoint)))
    }

    /// Deploys to an endpoint that the test serves itself.
    pub fn behind(endpoint: &Endpoint) -> Self {
        Self::at(Some(endpoint.url()))
    }

    /// Deploys to an AWS at this address.
    pub fn reaching(url: String) -> Self {
        Self::at(Some(url))
    }

    /// The same with all that runs have left in the folder, but at another address.
    pub fn copy_reaching(&self, url: String) -> Self {
        let copy = Self { folder: tempfile::tempdir().expect("a folder"), endpoint: Some(url) };
        copy_folder(self.path(), copy.path());
        copy
    }

    /// Deploys to the embedded AWS, from a folder within `parent`.
    #[cfg(target_os = "linux")]
    pub fn embedded_in(parent: &Path) -> Self {
        Self::of(tempfile::tempdir_in(parent).expect("a folder"), None)
    }

    /// Deploys to an endpoint that the test serves itself, from a folder within `parent`.
    #[cfg(target_os = "linux")]
    pub fn behind_in(endpoint: &Endpoint, parent: &Path) -> Self {
        Self::of(tempfile::tempdir_in(parent).expect("a folder"), Some(endpoint.url()))
    }

    fn at(endpoint: Option<String>) -> Self {
        Self::of(tempfile::tempdir().expect("a folder"), endpoint)
    }

    fn of(folder: TempDir, endpoint: Option<String>) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../environments");
        let own = folder.path().join("environments");
        std::fs::create_dir(&own).expect("a folder");
        for file in std::fs::read_dir(shipped).expect("the shipped environments") {
            let file = file.expect("a file").path();
            std::fs::copy(&file, own.join(file.file_name().expect("a name"))).expect("a copy");
        }
        Self { folder, endpoint }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes one of the environment's files anew.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path().join("environments").join(name), text).expect("written");
    }

    /// Approves a plugin by the text of its manifest, with everything that it asks for, as `deploy plugin add` does.
    pub fn approve(&self, manifest: &str, artefact: &Path) {
        let manifest = Manifest::parse(manifest).expect("a manifest");
        let bytes = std::fs::read(artefact).expect("the artefact");
        let folder = artefact.parent().unwrap_or(Path::new("")).to_owned();
        let mut lock = LockFile::read(self.path()).expect("a lock");
        lock.put(LockedPlugin::of(&manifest, folder, artefact.to_owned(), &bytes));
        lock.write(self.path()).expect("written");
    }

    pub fn local_folder(&self) -> PathBuf {
        self.path().join(".deploy/local")
    }

    /// Everything in the embedded AWS but the locks: a run that is refused by its plan has held one while it planned.
    /// Of a file that is no world, its bytes.
    pub fn world_but_for_locks(&self) -> Value {
        let Ok(file) = std::fs::read(self.local_folder().join("world.json")) else { return json!({}) };
        let Ok(mut world) = serde_json::from_slice::<Map<String, Value>>(&file) else { return json!(file) };
        world.retain(|part, _| part != "ids" && part != "version");
        let usual = json!(deploy_local::settings::Settings::default());
        world.retain(|part, value| part != "settings" || *value != usual);
        let accounts = world.get_mut("accounts").and_then(Value::as_object_mut);
        let accounts = accounts.into_iter().flat_map(|accounts| accounts.values_mut());
        for account in accounts {
            account["id"].take();
            let regions = account["regions"].as_object_mut().into_iter().flat_map(|regions| regions.values_mut());
            for names in regions.flat_map(|region| region["ssm"].as_object_mut()).flat_map(|ssm| ssm.values_mut()) {
                names.as_object_mut().expect("names").retain(|name, _| !name.starts_with("/deploy/"));
            }
        }
        without_nothing(Value::Object(world))
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
        command.current_dir(self.path()).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.path());
        match &self.endpoint {
            None => command.env("DEPLOY_LOCAL", "1"),
            Some(endpoint) => command
                .env("AWS_ENDPOINT_URL", endpoint)
                .env("AWS_ACCESS_KEY_ID", "testing")
                .env("AWS_SECRET_ACCESS_KEY", "testing"),
        };
        command.args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        Self::finish(self.command(arguments), input.as_bytes())
    }

    /// Runs a command that was prepared, to its end.
    pub fn finish(mut command: Command, input: &[u8]) -> Outcome {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that needs no input may be gone before it is written.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        let output = child.wait_with_output().expect("the program ends");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Works with clients of the same AWS as the program's.
    pub fn with_clients<T>(&self, work: impl AsyncFnOnce(Clients) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async { work(Clients::connect(self.settings()).await.expect("clients")).await })
    }

    /// How a test reaches the same AWS as the program.
    pub fn settings(&self) -> Settings {
        let region = Some("ap-northeast-1".to_owned());
        match &self.endpoint {
            Some(endpoint) => Settings { region, endpoint_url: Some(endpoint.clone()), ..Settings::default() },
            None => {
                let local = deploy_local::Local::open(&self.local_folder()).expect("the embedded AWS");
                let http = deploy_aws::through(std::sync::Arc::new(move |request| local.answer(&request).into()));
                let embedded = deploy_aws::Embedded { http, account: "123456789012".to_owned() };
                Settings { region, embedded: Some(embedded), ..Settings::default() }
            }
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let from = entry.expect("an entry").path();
        let to = to.join(from.file_name().expect("a name"));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            std::fs::copy(&from, &to).expect("a copy");
        }
    }
}

/// A value without what is empty.
fn without_nothing(value: Value) -> Value {
    let is_something = |value: &Value| !matches!(value, Value::Null) && *value != json!({}) && *value != json!([]);
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, without_nothing(value)));
            fields.filter(|(_, value)| is_something(value)).collect()
        }
        value => value,
    }
}
