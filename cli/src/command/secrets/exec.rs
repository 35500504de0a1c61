//! `deploy secrets exec`: runs a command with the variables and secrets that a container of the environment gets.
//!
//! The command takes this process's place, so that signals and the exit code are its own.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::Command;

use deploy_ecs::{Container, TaskDefinitionInputs};
use deploy_model::{Input, Reference};
use deploy_plugin::Resource;

use super::vault::{Vault, declared, no_value};
use crate::arguments::SecretsExec;
use crate::command::Session;
use crate::core_dumps;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::{Intended, Workspace};

pub async fn run(session: &Session, arguments: SecretsExec) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended(None)?;
    let container = container(&intended, &arguments)?;
    let vault = Vault::open(&workspace, intended).await?;
    let parameters = parameters(&vault.intended, &container)?;
    let names: Vec<String> = parameters.values().map(|(_, name)| name.clone()).collect();
    let values = vault.values(&names, "cannot read the secrets").await?;

    let (program, rest) = arguments.command.split_first().expect("clap asks for at least one word");
    let mut command = Command::new(program);
    command.args(rest);
    for (variable, value) in &container.variables {
        if let Input::Value(value) = value {
            command.env(variable, value);
        }
    }
    for (variable, (key, name)) in &parameters {
        let reading = values.get(name).ok_or_else(|| no_value(vault.environment(), key))?;
        command.env(variable, reading.value.expose());
    }
    core_dumps::restore_limit();
    let error = command.exec();
    let message = format!("cannot run `{}`: {error}", program.display());
    Err(CommandError::bad_input(message, "name a program that is on the path, after `--`"))
}

/// The container whose environment is meant.
fn container(intended: &Intended, arguments: &SecretsExec) -> Result<Container, CommandError> {
    let definitions = intended.blueprint.desired.values();
    let definitions = definitions.filter(|desired| desired.address.kind().to_string() == TaskDefinitionInputs::KIND);
    let mut services: BTreeMap<String, TaskDefinitionInputs> = definitions
        .map(|desired| {
            let inputs = serde_json::from_value(desired.inputs.clone());
            (desired.address.name().to_owned(), inputs.expect("the stage that desires it wrote its inputs"))
        })
        .collect();
    let mut definition = choose(&mut services, arguments.service.as_deref(), "service")?;
    choose(&mut definition.containers, arguments.container.as_deref(), "container")
}

/// The one that is named, or the only one.
fn choose<T>(things: &mut BTreeMap<String, T>, named: Option<&str>, what: &str) -> Result<T, CommandError> {
    let name = match (named, things.len()) {
        (Some(name), _) => Some(name.to_owned()),
        (None, 1) => things.keys().next().cloned(),
        (None, _) => None,
    };
    let known = things.keys().cloned().collect::<Vec<_>>().join(", ");
    let help = if known.is_empty() { format!("declare a {what} first") } else { format!("there are: {known}") };
    match name {
        Some(name) => {
            things.remove(&name).ok_or_else(|| CommandError::bad_input(format!("there is no {what} `{name}`"), help))
        }
        None => Err(CommandError::bad_input(format!("say which {what} is meant: `--{what} NAME`"), help)),
    }
}

/// The container's secrets: the key and the full name of the parameter behind each variable.
fn parameters(intended: &Intended, container: &Container) -> Result<BTreeMap<String, (String, String)>, CommandError> {
    let declared = declared(intended);
    let parameter = |from: &Input<String>| match from {
        Input::Reference(Reference { address, .. }) => {
            let found = declared.iter().find(|declared| declared.address == *address)?;
            Some((found.key().to_owned(), found.inputs.name.clone()))
        }
        // arn:aws:ssm:region:account:parameter/a/b is named /a/b.
        Input::Value(arn) => {
            let name = arn.split_once(":parameter")?.1;
            Some((name.to_owned(), name.to_owned()))
        }
        Input::Text(_) => None,
    };
    let pair = |(variable, from): (&String, &Input<String>)| match parameter(from) {
        Some(parameter) => Ok((variable.clone(), parameter)),
        None => Err(CommandError::bad_input(
            format!("`{variable}` comes from something that is no parameter"),
            "only parameters of Parameter Store can be read here",
        )),
    };
    container.secrets.iter().map(pair).collect()
}
