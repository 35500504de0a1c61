//! `deploy plugin remove`: takes a plugin out of a project. Its files stay.

use std::path::Path;

use deploy_aws::Clients;
use deploy_config::Project;
use deploy_host::LOCK_FILE;

use crate::arguments::PluginRemove;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::{alone, built_in, locked, written};

pub fn run(session: &Session, arguments: &PluginRemove) -> Result<Exit, CommandError> {
    let project = Project::find(Path::new("."))?;
    let _alone = alone(project.root(), "remove")?;
    let mut lock = locked(project.root())?;
    let name = &arguments.name;
    if lock.remove(name).is_none() {
        let names: Vec<&str> = lock.plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        let help = match names.as_slice() {
            _ if built_in(&Clients::detached()).iter().any(|plugin| plugin.name == *name) => {
                "it is built in, and part of every project".to_owned()
            }
            [] => "none is approved in this project".to_owned(),
            names => format!("approved are: {}", names.join(", ")),
        };
        return Err(CommandError::bad_input(format!("no plugin `{name}` is approved in this project"), help));
    }
    written(&lock, project.root())?;
    session.terminal.say(&format!(
        "{name} is out of {LOCK_FILE}; its files are where they were, and its section is unknown from now on\n\
         the next apply deletes what it has desired of others' kinds; what kinds of its own have made is not found any more:\n\
         to delete that, add it again, take it out of its section, and apply\n"
    ));
    Ok(Exit::Done)
}
