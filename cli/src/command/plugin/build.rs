//! `deploy plugin build`: runs the command that the manifest names.

use std::process::Command;

use super::source::Source;
use crate::arguments::PluginBuild;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub fn run(session: &Session, arguments: &PluginBuild) -> Result<Exit, CommandError> {
    let source = Source::read(&arguments.folder)?;
    let Some((program, words)) = source.manifest.build.split_first() else {
        session.terminal.say("there is nothing to build: the manifest names no command\n");
        return Ok(Exit::Done);
    };
    let shown = source.manifest.build.join(" ");
    session.terminal.say(&format!("{shown}\n"));
    let status = Command::new(program).args(words).current_dir(&source.folder).status().map_err(|error| {
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
