//! Declares a secret that `set` was asked for and that no file names: shown, asked for, and written whole or not at all.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::declaration::{line, unsets, with_declared};
use super::vault::{Declared, could_be_a_name, declared, find};
use crate::approval::confirm;
use crate::command::Session;
use crate::error::CommandError;
use crate::workspace::{Intended, Workspace};

/// The folder of the environment files, and the file that all environments share.
const FOLDER: &str = "environments";
const SHARED: &str = "default.toml";

/// Has a secret declared that is not, where somebody can be asked.
///
/// # Errors
/// Where nobody can be asked or the answer is no: with the line to add, and the file.
pub fn offer(
    session: &Session,
    workspace: &Workspace,
    intended: &Intended,
    name: &str,
) -> Result<(Intended, Declared), CommandError> {
    let terminal = session.terminal;
    let environment = &intended.configuration.environment;
    if !could_be_a_name(name) {
        return Err(find(intended, name).expect_err("it was looked for before"));
    }
    let folder = workspace.project().root().join(FOLDER);
    let file = file_for(&folder, environment, name);
    let shown = format!("{FOLDER}/{file}");
    let message = format!("{environment} declares no secret `{name}`");
    let known: Vec<String> = declared(intended).iter().map(|one| one.key().to_owned()).collect();
    let known = if known.is_empty() { String::new() } else { format!("declared are: {}; or ", known.join(", ")) };
    let by_hand = |reason: &str| {
        let help = format!("{known}add this line to {shown}: `{}`{reason}", line(name));
        CommandError::bad_input(message.clone(), help)
    };
    if !terminal.can_ask() {
        return Err(by_hand(""));
    }
    let path = folder.join(&file);
    let text = fs::read_to_string(&path).map_err(CommandError::io(format!("cannot read {shown}")))?;
    let changed = with_declared(&text, name).ok_or_else(|| by_hand(", in the way in which the others stand there"))?;
    must_be_right(session, workspace, &file, &changed, environment, name)?;

    let shared = if file == SHARED { ", which all environments share" } else { "" };
    terminal.say(&format!("{message}; {known}this line is added to {shown}{shared}:\n\n  + {}\n\n", line(name)));
    confirm(session, false, "Declare it?")?;
    replace(&path, &text, &changed).map_err(CommandError::io(format!("cannot write {shown}, which is as it was")))?;
    terminal.say(&format!("{shown} declares {name}; a service reads it when a container's `secrets` name it\n"));
    let intended = workspace.load(environment)?;
    let declared = find(&intended, name)?;
    Ok((intended, declared))
}

/// The file in which people look for it: the shared one, unless the environment takes its secrets from nowhere else.
fn file_for(folder: &Path, environment: &str, name: &str) -> String {
    let own = format!("{environment}.toml");
    let takes_away = fs::read_to_string(folder.join(&own)).is_ok_and(|text| unsets(&text, name));
    if takes_away || !folder.join(SHARED).is_file() { own } else { SHARED.to_owned() }
}

/// Loads every environment with the changed file, in a copy of the folder: the secret must be there, and nothing that was
/// right may be wrong.
fn must_be_right(
    session: &Session,
    workspace: &Workspace,
    file: &str,
    text: &str,
    environment: &str,
    name: &str,
) -> Result<(), CommandError> {
    let failed = || CommandError::io("cannot try the declaration in a copy of the files");
    let copy = Copy::of(&workspace.project().root().join(FOLDER)).map_err(failed())?;
    fs::write(copy.0.join(FOLDER).join(file), text).map_err(failed())?;
    let tried = Workspace::at(&copy.0, &session.global, session.terminal)?;
    find(&tried.load(environment)?, name)?;
    for other in workspace.project().environments()? {
        if workspace.load(&other).is_ok() {
            tried.load(&other)?;
        }
    }
    Ok(())
}

/// A copy of the environment files, for as long as it is looked at.
struct Copy(PathBuf);

impl Copy {
    fn of(folder: &Path) -> io::Result<Self> {
        let copy = Self(std::env::temp_dir().join(format!("deploy-{:016x}", random()?)));
        DirBuilder::new().mode(0o700).create(&copy.0)?;
        let own = copy.0.join(FOLDER);
        fs::create_dir(&own)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if let (true, Some(name)) = (path.extension().is_some_and(|end| end == "toml"), path.file_name()) {
                fs::copy(&path, own.join(name))?;
            }
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // What stays behind is a copy in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Puts `text` in the place of the file that held `before`, whole or not at all.
fn replace(path: &Path, before: &str, text: &str) -> io::Result<()> {
    // Through a link, the file that it leads to is replaced.
    let path = fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = folder.join(format!(".declaration-{:016x}", random()?));
    let written = write(&temporary, &path, text).and_then(|()| {
        if fs::read_to_string(&path)? != before {
            return Err(io::Error::other("somebody else has just changed it"));
        }
        fs::rename(&temporary, &path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write(temporary: &Path, like: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(temporary)?;
    file.set_permissions(fs::metadata(like)?.permissions())?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn random() -> io::Result<u64> {
    getrandom::u64().map_err(|error| io::Error::other(error.to_string()))
}
