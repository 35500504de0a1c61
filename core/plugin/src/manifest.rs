//! `plugin.toml`: what a plugin says of itself before anything of it is run.

use std::path::{Path, PathBuf};

use deploy_model::address::is_address_part;
use serde::{Deserialize, Serialize};

/// The manifest's file name, in the plugin's folder.
pub const MANIFEST: &str = "plugin.toml";
/// The longest name of a plugin, in characters.
const LONGEST_NAME: usize = 32;
/// The longest version, in characters.
const LONGEST_VERSION: usize = 64;

/// A plugin's manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What it is called: `[a-z][a-z0-9_-]*`, at most 32 characters.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The dynamic library, relative to the manifest, without what a system puts around its name:
    /// `target/release/audit` is `target/release/libaudit.so` on Linux and `…/libaudit.dylib` on macOS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<PathBuf>,
    /// The program, relative to the manifest, where the plugin is no library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<PathBuf>,
    /// What it wants to be granted: `aws`, `secret:NAME`, `secret:*`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// How long it may take.
    #[serde(default)]
    pub deadline_seconds: Deadlines,
    /// The command that builds it, run in its folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub build: Vec<String>,
}

/// How long a plugin may take for an answer, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deadlines {
    /// What a stage desires, changes or finds.
    pub stage: u32,
    /// Discovery, and every other look at what is there.
    pub read: u32,
    /// A creation, a change, a deletion.
    pub change: u32,
    /// What goes on when the user has asked the run to stop.
    pub stop: u32,
    /// How long a change is tried again that the plugin puts off, `retry: later`: the pauses together.
    pub retry: u32,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { stage: 10, read: 120, change: 1800, stop: 30, retry: 600 }
    }
}

/// What carries a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// A dynamic library, loaded in a child of `deploy`.
    Library,
    /// A program that speaks on its standard input and output.
    Program,
}

impl Carrier {
    /// Its word, in a list and on a command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Program => "program",
        }
    }
}

/// Why a text is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAManifest {
    /// Not TOML, or not these keys.
    #[error("{0}")]
    Form(String),
    /// A name that no plugin can have.
    #[error("`{0}` cannot name a plugin: use lower-case letters, digits, `_` and `-`, at most {LONGEST_NAME}")]
    Name(String),
    /// A version that no plugin can have.
    #[error("`{0}` cannot be a version: use letters, digits, `.`, `+` and `-`, at most {LONGEST_VERSION}")]
    Version(String),
    /// Neither a library nor a program, or both.
    #[error("name one of `library` and `program`")]
    Carrier,
    /// A scope that nobody knows.
    #[error("`{0}` is no scope: use `aws`, `secret:NAME` or `secret:*`")]
    Scope(String),
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// Where it is none, with the reason in one line.
    pub fn parse(text: &str) -> Result<Self, NotAManifest> {
        let manifest: Self = toml::from_str(text).map_err(|error| NotAManifest::Form(in_one_line(&error, text)))?;
        if !is_plugin_name(&manifest.name) {
            return Err(NotAManifest::Name(manifest.name.escape_default().to_string()));
        }
        if manifest.library.is_some() == manifest.program.is_some() {
            return Err(NotAManifest::Carrier);
        }
        if !is_version(&manifest.version) {
            return Err(NotAManifest::Version(manifest.version.escape_default().to_string()));
        }
        match manifest.scopes.iter().find(|scope| !is_scope(scope)) {
            Some(scope) => Err(NotAManifest::Scope(scope.escape_default().to_string())),
            None => Ok(manifest),
        }
    }

    /// What carries the plugin.
    pub fn carrier(&self) -> Carrier {
        if self.library.is_some() { Carrier::Library } else { Carrier::Program }
    }

    /// The file that is run, in a plugin's folder.
    pub fn artefact(&self, folder: &Path) -> PathBuf {
        match (&self.library, &self.program) {
            (Some(library), _) => folder.join(library_file(library)),
            (None, program) => folder.join(program.as_deref().unwrap_or(Path::new(""))),
        }
    }
}

/// Whether `name` can name a plugin.
pub fn is_plugin_name(name: &str) -> bool {
    let legal =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "_-".contains(character);
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.len() <= LONGEST_NAME && name.chars().all(legal)
}

/// Whether `version` can be the version of a plugin: it is shown where somebody decides.
pub fn is_version(version: &str) -> bool {
    let legal = |character: char| character.is_ascii_alphanumeric() || ".+-".contains(character);
    !version.is_empty() && version.len() <= LONGEST_VERSION && version.chars().all(legal)
}

/// Whether `scope` is one that a plugin can be granted: `aws`, `secret:*`, or `secret:` and the name of a parameter.
pub fn is_scope(scope: &str) -> bool {
    scope == "aws" || scope.strip_prefix("secret:").is_some_and(|name| name == "*" || is_address_part(name))
}

/// A library's file as this system calls it. A hyphen in a crate's name is an underscore in its library's.
fn library_file(library: &Path) -> PathBuf {
    let name = library.file_name().map(|name| name.to_string_lossy().replace('-', "_")).unwrap_or_default();
    let file = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    library.with_file_name(file)
}

fn in_one_line(error: &toml::de::Error, text: &str) -> String {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = error.message().lines().next().unwrap_or_default();
    line.map_or_else(|| message.to_owned(), |line| format!("line {line}: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_says_who_a_plugin_is_and_what_it_wants() {
        let text = "name = \"audit\"\nversion = \"0.1.0\"\nlibrary = \"target/release/au-dit\"\nscopes = [\"aws\", \"secret:KEY\"]";
        let manifest = Manifest::parse(text).expect("a manifest");
        assert_eq!(manifest.carrier(), Carrier::Library);
        let file = manifest.artefact(Path::new("plugins/audit"));
        assert!(file.starts_with("plugins/audit/target/release") && file.to_string_lossy().contains("au_dit"));
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_its_line() {
        let parse = |rest: &str| {
            Manifest::parse(&format!("name = \"a\"\nversion = \"1\"\n{rest}")).expect_err(rest).to_string()
        };
        assert_eq!(
            parse("libary = \"x\""),
            "line 3: unknown field `libary`, expected one of `name`, `version`, `library`, `program`, `scopes`, `deadline_seconds`, `build`"
        );
        assert_eq!(parse(""), NotAManifest::Carrier.to_string());
        assert_eq!(parse("library = \"x\"\nprogram = \"y\""), NotAManifest::Carrier.to_string());
        assert_eq!(parse("program = \"y\"\nscopes = [\"root\"]"), NotAManifest::Scope("root".into()).to_string());
        assert_eq!(
            Manifest::parse("name = \"A/b\"\nversion = \"1\"\nprogram = \"y\""),
            Err(NotAManifest::Name("A/b".into()))
        );
    }
}
