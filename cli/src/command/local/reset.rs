//! `deploy local reset`: forgets everything in the embedded AWS.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use deploy_config::Project;

use crate::command::Session;
use crate::connect::local_folder;
use crate::error::CommandError;
use crate::exit::Exit;

pub fn run(session: &Session) -> Result<Exit, CommandError> {
    let folder = local_folder(Project::find(Path::new("."))?.root());
    // The file alone: whoever holds the lock beside it must keep holding it.
    match fs::remove_file(folder.join(deploy_local::store::FILE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(CommandError::Io("cannot forget the embedded AWS".to_owned(), error));
        }
        Ok(()) | Err(_) => {}
    }
    session.terminal.say("the embedded AWS is empty\n");
    Ok(Exit::Done)
}
