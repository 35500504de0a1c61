//! The folder that holds `environments/`, and the names found there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use deploy_model::Origin;

use crate::diagnostic::{Diagnostic, shortened};
use crate::nearest::nearest;

/// The folder that makes a folder a project.
const ENVIRONMENTS: &str = "environments";

/// The file that all environments share; not an environment itself.
const SHARED: &str = "default";

/// The longest name of an environment; it becomes part of names in AWS.
const LONGEST_NAME: usize = 32;

/// A project on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
}

/// A project that cannot be found or listed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither the folder nor any folder above it holds `environments/`.
    #[error("no `environments` folder in `{}` or above it", start.display())]
    NoProject {
        /// Where the search began.
        start: PathBuf,
    },
    /// A folder could not be read.
    #[error("cannot read the folder `{}`", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl From<ConfigError> for Diagnostic {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::NoProject { .. } => Diagnostic::new(error.to_string()).help("start a project: `deploy init`"),
            ConfigError::Unreadable { source, .. } => Diagnostic::new(format!("{error}: {}", source.kind()))
                .help("give yourself the right to read it, or work in another folder: `-C FOLDER`"),
        }
    }
}

impl Project {
    /// Finds the project that `start` lies in: the nearest folder upwards that holds `environments/`.
    ///
    /// # Errors
    /// There is none, or `start` cannot be made absolute.
    pub fn find(start: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { path: start.to_owned(), source };
        let absolute = std::path::absolute(start).map_err(unreadable)?;
        absolute
            .ancestors()
            .find(|folder| folder.join(ENVIRONMENTS).is_dir())
            .map(|root| Self { root: root.to_owned() })
            .ok_or_else(|| ConfigError::NoProject { start: start.to_owned() })
    }

    /// The project's folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of all environments, sorted. What is not named like an environment is none.
    ///
    /// # Errors
    /// The folder `environments/` cannot be read.
    pub fn environments(&self) -> Result<Vec<String>, ConfigError> {
        let path = self.root.join(ENVIRONMENTS);
        let unreadable = |source| ConfigError::Unreadable { path: path.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".toml"));
            names.extend(name.filter(|name| is_environment_name(name)).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// The files that look like environments and are none, because of their names; sorted.
    ///
    /// # Errors
    /// The folder `environments/` cannot be read.
    pub fn passed_over(&self) -> Result<Vec<String>, ConfigError> {
        let path = self.root.join(ENVIRONMENTS);
        let unreadable = |source| ConfigError::Unreadable { path: path.clone(), source };
        let mut files = Vec::new();
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
            let is_read = file.strip_suffix(".toml").is_some_and(|name| name == SHARED || is_environment_name(name));
            if file.to_lowercase().ends_with(".toml") && !is_read {
                files.push(shortened(&format!("{ENVIRONMENTS}/{file}")));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Checks that `name` is an environment of this project.
    pub(crate) fn require(&self, name: &str) -> Result<(), Diagnostic> {
        if name == SHARED {
            let message = "`default` is no environment: it holds what all environments share";
            let error = Diagnostic::new(message).origin(Origin::named(shared_file()));
            return Err(error.help(known_environments(&self.environments()?)));
        }
        if !is_environment_name(name) {
            let message = format!("`{}` cannot be the name of an environment", shortened(name));
            return Err(Diagnostic::new(message).help("a name has letters, digits, `-` and `_`, at most 32 of them"));
        }
        let known = self.environments()?;
        if known.iter().any(|known| known == name) {
            return Ok(());
        }
        let mut error = unknown_environment(name, &known);
        if let Some(file) = self.misspelt_file(name) {
            let help =
                format!("rename `{ENVIRONMENTS}/{file}`: the files of environments end in `.toml`, in lower case");
            error.help.insert(0, help);
        }
        Err(error)
    }

    /// A file that would be the environment's but for the case of its ending.
    fn misspelt_file(&self, name: &str) -> Option<String> {
        let files = fs::read_dir(self.root.join(ENVIRONMENTS)).ok()?;
        let mut names = files.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.find(|file| file.strip_prefix(name).is_some_and(|ending| ending.eq_ignore_ascii_case(".toml")))
    }
}

fn unknown_environment(name: &str, known: &[String]) -> Diagnostic {
    let mut error = Diagnostic::new(format!("unknown environment `{name}`"));
    if let Some(similar) = nearest(name, known.iter().map(String::as_str)) {
        error = error.help(format!("a similar environment exists: `{similar}`"));
    }
    if known.is_empty() {
        return error.help(format!("there are no environments yet: write `{}`", environment_file(name)));
    }
    error.help(known_environments(known))
}

fn known_environments(known: &[String]) -> String {
    format!("environments of this project: {}", known.join(", "))
}

/// The file shared by all environments, relative to the project.
pub(crate) fn shared_file() -> String {
    environment_file(SHARED)
}

/// The file of one environment, relative to the project.
pub(crate) fn environment_file(name: &str) -> String {
    format!("{ENVIRONMENTS}/{name}.toml")
}

fn is_environment_name(name: &str) -> bool {
    name != SHARED
        && name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}
