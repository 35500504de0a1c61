//! Declares a secret that `set` was asked for and that no file names: shown, asked for, and written whole or not at all.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::declaration::{line, unsets, with_declared};
use super::vault::{Declared, could_be_a_name, declared, find};
use crate::approval::confirm;
use crate::command::Session;
use crate::error::CommandError;
use crate::files::Draft;
use crate::random;
use crate::workspace::{Intended, Workspace};

/// The folder of the environment files, and the file that all environments share.
const FOLDER: &str = "environments";
const SHARED: &str = "default.toml";

/// A file with one more secret in it.
struct Proposal {
    /// The file, as it is shown.
    file: String,
    before: String,
    after: String,
}

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
    let message = format!("{environment} declares no secret `{name}`");
    let known: Vec<String> = declared(intended).iter().map(|one| one.key().to_owned()).collect();
    let known = if known.is_empty() { String::new() } else { format!("declared are: {}; or ", known.join(", ")) };
    let proposal = propose(session, workspace, environment, name);
    let Proposal { file, before, after } = match proposal {
        Ok(proposal) if terminal.can_ask() => proposal,
        Err(error) if terminal.can_ask() => {
            terminal.say(&format!("{message}; with the line `{}`:\n", line(name)));
            return Err(error);
        }
        proposal => {
            let file = proposal.map_or_else(|_| format!("{FOLDER}/{SHARED}"), |proposal| proposal.file);
            let help = format!("{known}add this line to {file}: `{}`", line(name));
            return Err(CommandError::bad_input(message, help));
        }
    };
    let shared = if file.ends_with(SHARED) { ", which all environments share" } else { "" };
    terminal.say(&format!("{message}; {known}this line is added to {file}{shared}:\n\n  + {}\n\n", line(name)));
    confirm(session, false, "Declare it?")?;
    let written = replace(&workspace.project().root().join(&file), &before, &after);
    written.map_err(CommandError::io(format!("cannot write {file}, which is as it was")))?;
    terminal.say(&format!("{file} declares {name}; a service reads it when a container's `secrets` name it\n"));
    let intended = workspace.load(environment)?;
    let declared = find(&intended, name)?;
    Ok((intended, declared))
}

/// The shared file with the secret in it, where people look for it; the environment's own where that is not to be, or
/// would make another environment wrong.
fn propose(session: &Session, workspace: &Workspace, environment: &str, name: &str) -> Result<Proposal, CommandError> {
    let folder = workspace.project().root().join(FOLDER);
    let own = format!("{environment}.toml");
    let takes_away = fs::read_to_string(folder.join(&own)).is_ok_and(|text| unsets(&text, name));
    let shared = (!takes_away && folder.join(SHARED).is_file()).then(|| SHARED.to_owned());
    let propose = |file: String| {
        let shown = format!("{FOLDER}/{file}");
        let before = fs::read_to_string(folder.join(&file));
        let before = before.map_err(CommandError::io(format!("cannot read {shown}")))?;
        let after = with_declared(&before, name).ok_or_else(|| {
            let message = format!("{environment} declares no secret `{name}`");
            let help = format!("declare it in {shown}, in the way in which the others stand there");
            CommandError::bad_input(message, help)
        })?;
        must_be_right(session, workspace, &file, &after, environment, name)?;
        Ok(Proposal { file: shown, before, after })
    };
    match shared.map(&propose) {
        Some(Ok(proposal)) => Ok(proposal),
        Some(Err(error)) => propose(own).map_err(|_| error),
        None => propose(own),
    }
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
    let failed = "cannot try the declaration in a copy of the files";
    let copy = Copy::of(&workspace.project().root().join(FOLDER)).map_err(CommandError::io(failed))?;
    fs::write(copy.0.join(FOLDER).join(file), text).map_err(CommandError::io(failed))?;
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
        let copy = Self(std::env::temp_dir().join(format!("deploy-{}", random::name()?)));
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
    let draft = Draft::of(&path, fs::metadata(&path)?.permissions(), text.as_bytes())?;
    if fs::read_to_string(&path)? != before {
        return Err(io::Error::other("somebody else has just changed it"));
    }
    draft.publish()
}
