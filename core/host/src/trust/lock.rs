//! `deploy-plugins.lock`: what somebody has approved, by the hash of its bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use deploy_plugin::manifest::{Carrier, Deadlines, Manifest, is_plugin_name, is_scope, is_version};
use serde::{Deserialize, Serialize};

use super::artefact::{is_world_writable, read_text, sha256_of};
use super::format::{ANY_PLATFORM, platform, program_platform};

/// The file's name, in the project's folder.
pub const LOCK_FILE: &str = "deploy-plugins.lock";
/// The version of the file's own form.
const VERSION: u32 = 1;
const HEAD: &str = "# Written by `deploy plugin add`. Nothing that is not listed here is ever loaded.\n\n";

/// All approved plugins of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockFile {
    version: u32,
    /// The plugins, by name.
    #[serde(default, rename = "plugin", skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<LockedPlugin>,
}

/// An approved plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPlugin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What carries it.
    pub carrier: Carrier,
    /// Where its manifest is, relative to the project.
    #[serde(default)]
    pub folder: PathBuf,
    /// What it was granted.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// How long it may take, in seconds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deadline_seconds: Deadlines,
    /// Its file for each platform: `x86_64-linux`, or `any` for a script.
    pub files: BTreeMap<String, LockedFile>,
}

/// An approved file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedFile {
    /// Where it is, relative to the project.
    pub path: PathBuf,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read or written.
    #[error("cannot {verb} {LOCK_FILE}: {source}")]
    Io {
        /// `read` or `write`.
        verb: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It is not what `deploy plugin add` writes.
    #[error("{LOCK_FILE} is damaged: {0}")]
    Damaged(String),
    /// Everybody could have written it.
    #[error(
        "everybody may write to {LOCK_FILE}: take that right away, `chmod o-w {LOCK_FILE}`, and see what stands in it"
    )]
    WorldWritable,
    /// It was written by a newer program.
    #[error("{LOCK_FILE} has version {0}, and this program knows {VERSION}")]
    TooNew(u32),
}

fn is_default(deadlines: &Deadlines) -> bool {
    *deadlines == Deadlines::default()
}

impl Default for LockFile {
    fn default() -> Self {
        Self { version: VERSION, plugins: Vec::new() }
    }
}

impl LockedPlugin {
    /// What is approved of a plugin whose manifest is in `folder`: the file at `path`, which holds `bytes`, with every
    /// scope that the manifest asks for.
    pub fn of(manifest: &Manifest, folder: PathBuf, path: PathBuf, bytes: &[u8]) -> Self {
        let carrier = manifest.carrier();
        let platform = match carrier {
            Carrier::Library => platform(),
            Carrier::Program => program_platform(bytes),
        };
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            carrier,
            folder,
            scopes: manifest.scopes.clone(),
            deadline_seconds: manifest.deadline_seconds,
            files: BTreeMap::from([(platform, LockedFile { path, sha256: sha256_of(bytes) })]),
        }
    }

    /// Its file for the platform that this is.
    pub fn file(&self) -> Option<&LockedFile> {
        self.files.get(&platform()).or_else(|| self.files.get(ANY_PLATFORM))
    }

    /// Whether it was granted a scope.
    pub fn is_granted(&self, scope: &str) -> bool {
        let every_secret = scope.starts_with("secret:") && self.scopes.iter().any(|granted| granted == "secret:*");
        every_secret || self.scopes.iter().any(|granted| granted == scope)
    }
}

impl LockFile {
    /// The file of the project at `root`; an empty one where there is none.
    ///
    /// # Errors
    /// Where it cannot be read, or is not what `deploy plugin add` writes.
    pub fn read(root: &Path) -> Result<Self, LockError> {
        let file = root.join(LOCK_FILE);
        // Whoever can write to it can approve anything.
        if file.metadata().is_ok_and(|metadata| is_world_writable(&metadata)) {
            return Err(LockError::WorldWritable);
        }
        let text = match read_text(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(LockError::Io { verb: "read", source }),
        };
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, LockError> {
        let damaged = |message: String| LockError::Damaged(message);
        let raw: toml::Table = toml::from_str(text).map_err(|error| damaged(first_line(&error)))?;
        match raw.get("version").and_then(toml::Value::as_integer) {
            Some(version) if version > i64::from(VERSION) => {
                return Err(LockError::TooNew(u32::try_from(version).unwrap_or(u32::MAX)));
            }
            _ => {}
        }
        let lock: Self = toml::from_str(text).map_err(|error| damaged(first_line(&error)))?;
        lock.check().map_err(damaged)?;
        Ok(lock)
    }

    fn check(&self) -> Result<(), String> {
        for (index, plugin) in self.plugins.iter().enumerate() {
            let name = &plugin.name;
            if !is_plugin_name(name) {
                return Err(format!("`{name}` cannot name a plugin"));
            }
            if self.plugins[..index].iter().any(|other| other.name == *name) {
                return Err(format!("`{name}` is listed twice"));
            }
            if !is_version(&plugin.version) {
                return Err(format!("`{name}` has a version that none can have"));
            }
            if plugin.files.is_empty() {
                return Err(format!("`{name}` has no file"));
            }
            if let Some(scope) = plugin.scopes.iter().find(|scope| !is_scope(scope)) {
                return Err(format!("`{scope}` of `{name}` is no scope"));
            }
        }
        Ok(())
    }

    /// Writes the file of the project at `root`, whole or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, root: &Path) -> Result<(), LockError> {
        let text = format!("{HEAD}{}", toml::to_string(self).expect("a lock is plain data"));
        let failed = |source| LockError::Io { verb: "write", source };
        let mut file = tempfile::NamedTempFile::new_in(root).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed)?;
        }
        file.persist(root.join(LOCK_FILE)).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// The plugin of this name.
    pub fn plugin(&self, name: &str) -> Option<&LockedPlugin> {
        self.plugins.iter().find(|plugin| plugin.name == name)
    }

    /// Adds a plugin, or puts it in the place of the one that has its name. Of the same version and scopes it keeps
    /// what was approved for other platforms.
    pub fn put(&mut self, mut plugin: LockedPlugin) {
        if let Some(old) = self.remove(&plugin.name) {
            let same = |one: &LockedPlugin| (one.version.clone(), one.carrier, one.scopes.clone());
            if same(&old) == same(&plugin) {
                for (platform, file) in old.files {
                    plugin.files.entry(platform).or_insert(file);
                }
            }
        }
        self.plugins.push(plugin);
        self.plugins.sort_by(|one, other| one.name.cmp(&other.name));
    }

    /// Takes a plugin out.
    pub fn remove(&mut self, name: &str) -> Option<LockedPlugin> {
        let index = self.plugins.iter().position(|plugin| plugin.name == name)?;
        Some(self.plugins.remove(index))
    }
}

fn first_line(error: &toml::de::Error) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(name: &str, platform: &str) -> LockedPlugin {
        let file = LockedFile { path: "plugins/a.so".into(), sha256: "00".into() };
        LockedPlugin {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            carrier: Carrier::Library,
            folder: "plugins/a".into(),
            scopes: vec!["aws".to_owned()],
            deadline_seconds: Deadlines::default(),
            files: BTreeMap::from([(platform.to_owned(), file)]),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(LockFile::read(folder.path()).expect("none is empty"), LockFile::default());
        let mut lock = LockFile::default();
        lock.put(plugin("zebra", "x86_64-linux"));
        lock.put(plugin("audit", "x86_64-linux"));
        lock.put(plugin("audit", "aarch64-macos"));
        lock.write(folder.path()).expect("written");
        let read = LockFile::read(folder.path()).expect("read");
        assert_eq!(read, lock);
        assert_eq!(read.plugins.iter().map(|plugin| plugin.name.as_str()).collect::<Vec<_>>(), ["audit", "zebra"]);
        assert_eq!(read.plugin("audit").expect("listed").files.len(), 2);
    }

    #[test]
    fn another_version_forgets_the_other_platforms() {
        let mut lock = LockFile::default();
        lock.put(plugin("audit", "aarch64-macos"));
        lock.put(LockedPlugin { version: "2.0.0".to_owned(), ..plugin("audit", "x86_64-linux") });
        assert_eq!(lock.plugin("audit").expect("listed").files.keys().collect::<Vec<_>>(), ["x86_64-linux"]);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let parse = |text: &str| LockFile::parse(text).expect_err(text).to_string();
        assert!(parse("version = 9").contains("version 9"));
        assert!(parse("version = 1\nother = 1").contains("unknown field"));
        assert!(parse("not toml").contains("damaged"));
        let twice =
            "[[plugin]]\nname = 'a'\nversion = '1'\ncarrier = 'program'\nfiles.any = { path = 'a', sha256 = '00' }\n";
        assert!(parse(&format!("version = 1\n{twice}{twice}")).contains("listed twice"));
    }

    #[test]
    fn a_secret_is_granted_by_its_name_or_with_all_others() {
        let granted = |scope: &str, wanted: &str| {
            LockedPlugin { scopes: vec![scope.to_owned()], ..plugin("a", "any") }.is_granted(wanted)
        };
        assert!(granted("secret:KEY", "secret:KEY") && granted("secret:*", "secret:KEY"));
        assert!(!granted("secret:KEY", "secret:OTHER") && !granted("secret:*", "aws") && !granted("aws", "secret:KEY"));
    }
}
