//! A project in a temporary folder, with a schema like that of a real stage.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use deploy_config::{Configuration, Diagnostic, Loader, Project, Section};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::TempDir;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ecs {
    pub services: BTreeMap<String, Service>,
    pub launch: Launch,
    pub ports: BTreeMap<u16, String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The image to run.
    pub image: String,
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 100))]
    pub desired_count: u32,
    #[serde(default)]
    pub health: Option<Health>,
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    #[serde(default)]
    pub command: Vec<String>,
    #[serde(default)]
    pub source: Option<From>,
    #[serde(default)]
    pub storage: Option<Storage>,
    #[serde(default)]
    pub public: bool,
}

fn one() -> u32 {
    1
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Health {
    pub path: String,
    pub seconds: Option<u16>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Launch {
    /// No servers.
    #[default]
    Fargate,
    /// Servers.
    Ec2,
}

/// Untagged: a name, or a table.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum From {
    Name(String),
    Reference(Reference),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    pub group: String,
    pub port: u16,
}

/// Internally tagged.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Storage {
    Disk { size: u32 },
    Bucket { name: String },
}

pub struct Fixture {
    folder: TempDir,
    pub loader: Loader,
}

impl Fixture {
    /// A project whose `prod` environment is `prod` over `default`.
    pub fn new(default: &str, prod: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("environments")).expect("a folder");
        let project = Project::find(folder.path()).expect("a project");
        let section = Section {
            name: "ecs".to_owned(),
            schema: schemars::schema_for!(Ecs).to_value(),
            defaults: serde_json::to_value(Ecs::default()).expect("plain"),
        };
        let loader = Loader { project, sections: vec![section], variables: Vec::new(), sets: Vec::new() };
        let fixture = Self { folder, loader };
        fixture.write("default", default);
        fixture.write("prod", prod);
        fixture
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, environment: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(environment), bytes).expect("written");
    }

    pub fn path(&self, environment: &str) -> std::path::PathBuf {
        self.root().join(format!("environments/{environment}.toml"))
    }

    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.loader.variables.push((name.into(), value.into()));
        self
    }

    pub fn set(mut self, assignment: &str) -> Self {
        self.loader.sets.push(assignment.to_owned());
        self
    }

    pub fn load(&self) -> Configuration {
        self.loader.load("prod").unwrap_or_else(|errors| panic!("{}", errors.iter().map(told).collect::<String>()))
    }

    pub fn errors(&self) -> Vec<Diagnostic> {
        self.loader.load("prod").expect_err("something is wrong")
    }

    /// All errors, as [`told`].
    pub fn told(&self) -> String {
        self.errors().iter().map(told).collect()
    }

    pub fn value(&self, path: &str) -> Option<Value> {
        let entries = self.load().entries();
        entries.into_iter().find(|entry| entry.path.to_string() == path).map(|entry| entry.value)
    }
}

/// A diagnostic in a few lines: message, place, what is underlined, help.
pub fn told(error: &Diagnostic) -> String {
    let mut text = format!("{}\n", error.message);
    if let Some(origin) = &error.origin {
        text += &format!("  at {origin}");
        if let Some(excerpt) = &error.excerpt {
            text += &format!(": {}", &excerpt.text[excerpt.span.clone()]);
        }
        text += "\n";
    }
    error.label.iter().for_each(|label| text += &format!("  ^ {label}\n"));
    error.help.iter().for_each(|help| text += &format!("  help: {help}\n"));
    text
}
