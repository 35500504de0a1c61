//! A plugin's folder: its manifest and, once it is built, its file.

use std::fs;
use std::path::{Path, PathBuf};

use deploy_host::{Artefact, Untrusted, read_text};
use deploy_plugin::manifest::{MANIFEST, Manifest};

use crate::error::CommandError;
use crate::terminal::Terminal;

/// A folder with a manifest.
pub struct Source {
    /// The folder, as it was typed.
    pub folder: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
}

impl Source {
    /// Reads the manifest of the folder that was typed, or of the folder of a file that was.
    ///
    /// # Errors
    /// Where there is none, or it is none.
    pub fn read(typed: &Path) -> Result<Self, CommandError> {
        let folder = match typed.file_name() {
            Some(name) if name == MANIFEST => typed.parent().unwrap_or(Path::new("")),
            _ => typed,
        };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let file = folder.join(MANIFEST);
        let shown = file.display();
        if typed.is_file() && typed.file_name().is_some_and(|name| name != MANIFEST) {
            let message = format!("`{}` is a file, and a plugin is a folder with a `{MANIFEST}`", typed.display());
            return Err(CommandError::bad_input(message, "name the folder; what is to be run stands in its manifest"));
        }
        let text = read_text(&file).map_err(|error| {
            let message = format!("cannot read `{shown}`: {error}");
            CommandError::bad_input(message, "name the folder of a plugin, or start one: `deploy plugin new FOLDER`")
        })?;
        let manifest = Manifest::parse(&text).map_err(|error| {
            CommandError::bad_input(format!("`{shown}` is no manifest: {error}"), "put that right, then run this again")
        })?;
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// The file that is run.
    pub fn artefact(&self) -> PathBuf {
        self.manifest.artefact(&self.folder)
    }

    /// Says so where the sources of a library are newer than the library itself: it was not built since.
    pub fn say_if_older(&self, terminal: Terminal) {
        let built = self.artefact().metadata().and_then(|file| file.modified());
        let (Some(_), Ok(built)) = (&self.manifest.library, built) else { return };
        let newer = |file: &PathBuf| file.metadata().and_then(|file| file.modified()).is_ok_and(|time| time > built);
        let sources = [self.folder.join("Cargo.toml"), self.folder.join(MANIFEST)].into_iter();
        if let Some(file) = sources.chain(files_in(&self.folder.join("src"))).find(newer) {
            let folder = self.folder.display();
            terminal.say(&format!(
                "note: `{}` is newer than the library: build it, `deploy plugin build {folder}`\n",
                file.display()
            ));
        }
    }

    /// The bytes of the file that is run.
    ///
    /// # Errors
    /// Where it was not built, or everybody could have written it.
    pub fn bytes(&self) -> Result<Vec<u8>, CommandError> {
        let file = self.artefact();
        Artefact::open(&file, &file).and_then(Artefact::bytes).map_err(|error| {
            let missing =
                matches!(&error, Untrusted::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound);
            let help = match missing {
                true => format!("build it: `deploy plugin build {}`", self.folder.display()),
                false => error.help(&self.manifest.name, &self.folder),
            };
            CommandError::bad_input(error.to_string(), help)
        })
    }
}

/// Every file in a folder and in those below it.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let inside = |path: PathBuf| if path.is_dir() { files_in(&path) } else { vec![path] };
    entries.flat_map(|entry| inside(entry.path())).collect()
}
