//! `deploy plugin build`: runs the command that the manifest names.

use std::path::PathBuf;
use std::process::Command;

use super::source::Source;
use crate::arguments::PluginBuild;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

/// Where Cargo builds, unless it is told otherwise.
const TARGET: &str = "target";

pub fn run(session: &Session, arguments: &PluginBuild) -> Result<Exit, CommandError> {
    let source = Source::read(&arguments.folder)?;
    let Some((program, words)) = source.manifest.build.split_first() else {
        session.terminal.say("there is nothing to build: the manifest names no command\n");
        return Ok(Exit::Done);
    };
    let shown = source.manifest.build.join(" ");
    session.terminal.say(&format!("{shown}\n"));
    let mut command = Command::new(program);
    command.args(words).current_dir(&source.folder);
    if let Some(target) = own_target(&source)? {
        command.env("CARGO_TARGET_DIR", target);
    }
    let status = command.status().map_err(|error| {
        let help = format!("install `{program}`, or correct `build` in the manifest");
        CommandError::bad_input(format!("cannot run `{shown}`: {error}"), help)
    })?;
    if !status.success() {
        let help = "put right what it says, then run this again";
        return Err(CommandError::bad_input(format!("`{shown}` did not succeed ({status})"), help));
    }
    source.bytes()?;
    let (name, folder) = (&source.manifest.name, source.folder.display());
    session.terminal.say(&format!(
        "{name} is built: {}\n\n  deploy plugin test {folder}\n  deploy plugin add {folder}\n",
        source.artefact().display()
    ));
    Ok(Exit::Done)
}

/// The folder `target` beside the manifest, where the manifest says that the library is made there: the user may have told
/// Cargo to build somewhere else.
fn own_target(source: &Source) -> Result<Option<PathBuf>, CommandError> {
    let library = source.manifest.library.as_deref();
    if !library.is_some_and(|library| library.starts_with(TARGET)) {
        return Ok(None);
    }
    let absolute = std::path::absolute(source.folder.join(TARGET));
    absolute.map(Some).map_err(CommandError::io("cannot tell where this is"))
}
