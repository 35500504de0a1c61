//! `deploy secrets set`: gives a declared secret its value.

use deploy_model::Address;
use deploy_model::address::is_address_part;
use deploy_secrets::{ParameterInputs, store};

use super::{declared, prompt};
use crate::arguments::SecretsSet;
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::usage::HOW_TO_SET;
use crate::workspace::{Intended, Workspace};

pub async fn run(session: &Session, arguments: SecretsSet) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(None)?;
    let (address, inputs) = find(&intended, &arguments.name)?;
    let environment = &intended.configuration.environment;
    let value = prompt::value(session, &arguments, environment)?;
    let connection = Connection::open(&workspace, &intended).await?;
    connection.place(&intended).await?;
    let owner = &intended.context.owner;
    let outcome = store::set(&connection.clients, owner, &address, &inputs, value)
        .await
        .map_err(|fault| CommandError::Fault(format!("cannot set {address}"), fault))?;
    let version = match outcome.version_before {
        Some(before) => format!("v{before} -> v{}", outcome.version),
        None => format!("v{}, new", outcome.version),
    };
    terminal.say(&format!("{environment}: {} is set ({version}); its value is shown nowhere\n", outcome.name));
    if outcome.version_before.is_some() {
        terminal.say("tasks that run already keep the value that they started with\n");
    }
    Ok(Exit::Done)
}

fn find(intended: &Intended, name: &str) -> Result<(Address, ParameterInputs), CommandError> {
    let declared = declared(intended);
    let names: Vec<String> = declared.iter().map(|(address, _)| address.name().to_owned()).collect();
    if let Some((before, _)) = name.split_once('=') {
        let message = format!("`{before}=…` is no name: a value is never an argument");
        return Err(CommandError::bad_input(message, HOW_TO_SET));
    }
    declared.into_iter().find(|(address, _)| address.name() == name).ok_or_else(|| {
        let environment = &intended.configuration.environment;
        let help = match (names.is_empty(), is_address_part(name)) {
            (true, true) => format!("declare it: [secrets.parameters.{name}] in {}", intended.source()),
            (true, false) => format!("declare one under [secrets.parameters] in {}", intended.source()),
            (false, true) => format!("declared are: {}; or add [secrets.parameters.{name}]", names.join(", ")),
            (false, false) => format!("declared are: {}", names.join(", ")),
        };
        CommandError::bad_input(format!("{environment} declares no secret `{name}`"), help)
    })
}
