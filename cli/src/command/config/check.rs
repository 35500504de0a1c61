//! `deploy config check`: whether the files of one environment, or of all, are sound.

use crate::arguments::ConfigCheck;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub fn run(session: &Session, arguments: &ConfigCheck) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let named = arguments.environment.clone().or_else(|| session.global.environment.clone());
    let environments = match named {
        Some(environment) => vec![environment],
        None => {
            for file in workspace.project().passed_over()? {
                session.terminal.say(&format!("{file}: passed over, because its name is no environment's\n"));
            }
            workspace.project().environments()?
        }
    };
    let mut diagnostics = Vec::new();
    for environment in &environments {
        match workspace.load(environment) {
            Ok(intended) => {
                let count = intended.blueprint.desired.len();
                session.terminal.print(&format!("{environment}: sound, {count} resources\n"))?;
            }
            Err(CommandError::Configuration(found)) => {
                diagnostics.extend(found.into_iter().filter(|one| !diagnostics.contains(one)).collect::<Vec<_>>());
            }
            Err(other) => return Err(other),
        }
    }
    if diagnostics.is_empty() { Ok(Exit::Done) } else { Err(CommandError::Configuration(diagnostics)) }
}
