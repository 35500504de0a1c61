//! `deploy config check`: whether the files of one environment, or of all, are sound.

use deploy_config::Diagnostic;
use deploy_model::{KeyPath, Problem};

use crate::arguments::ConfigCheck;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::{Intended, Workspace};

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
    let mut sound: Vec<Intended> = Vec::new();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for environment in &environments {
        match workspace.load(environment) {
            Ok(intended) => match sound.iter().find(|other| share_names(other, &intended)) {
                Some(other) => diagnostics.push(collision(&intended, other)),
                None => sound.push(intended),
            },
            Err(CommandError::Configuration(found)) => {
                diagnostics.extend(found.into_iter().filter(|one| !diagnostics.contains(one)).collect::<Vec<_>>());
            }
            Err(other) => return Err(other),
        }
    }
    for intended in &sound {
        let (environment, count) = (&intended.configuration.environment, intended.blueprint.desired.len());
        session.terminal.print(&format!("{environment}: sound, {count} resources\n"))?;
    }
    if diagnostics.is_empty() { Ok(Exit::Done) } else { Err(CommandError::Configuration(diagnostics)) }
}

/// Whether the names of two environments can meet: the same prefix, and no two accounts that keep them apart. Regions
/// do not, because the names of roles belong to the account.
fn share_names(one: &Intended, other: &Intended) -> bool {
    let account = |intended: &Intended| intended.configuration.settings.aws.account.clone();
    let apart = matches!((account(one), account(other)), (Some(one), Some(other)) if one != other);
    one.context.prefix == other.context.prefix && !apart
}

fn collision(intended: &Intended, other: &Intended) -> Diagnostic {
    let (environment, other) = (&intended.configuration.environment, &other.configuration.environment);
    let prefix = &intended.context.prefix;
    let message =
        format!("`{other}` and `{environment}` give their resources the same names: both begin with `{prefix}`");
    let problem =
        Problem::new(KeyPath::of(["prefix"]), message).help("have `{app}-{env}` in `prefix`, or name one differently");
    intended.configuration.diagnose(problem)
}
