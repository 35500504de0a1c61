//! `deploy secrets exec`: runs a command with the variables and secrets that a container of the environment gets.
//!
//! The command takes this process's place, so that signals and the exit code are its own.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::Command;

use deploy_kinds::ecs::{Container, TaskDefinition};
use deploy_kinds::secrets::Place;
use deploy_model::Input;
use deploy_plugin::Blueprint;

use super::origin::Origin;
use super::vault::{Vault, declared, no_value};
use crate::arguments::SecretsExec;
use crate::command::Session;
use crate::core_dumps;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::survey::answered;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: SecretsExec) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended(None)?;
    // What is chosen wrong is said before AWS is asked.
    container(&intended.blueprint, &arguments)?;
    let vault = Vault::open(&workspace, intended).await?;
    let container = container(&answered(&vault.intended, &vault.connection).await?, &arguments)?;
    let origins = origins(&vault, &container)?;
    let places: Vec<Place> = origins.values().map(|origin| origin.place.clone()).collect();
    let values = vault.values(&places, "cannot read the secrets").await?;

    let (program, rest) = arguments.command.split_first().expect("clap asks for at least one word");
    let mut command = Command::new(program);
    command.args(rest);
    for (variable, value) in &container.variables {
        if let Input::Value(value) = value {
            command.env(variable, value);
        }
    }
    for (variable, origin) in &origins {
        let reading = values.get(&origin.place).ok_or_else(|| no_value(vault.environment(), &origin.name))?;
        command.env(variable, origin.value_in(reading)?.as_str());
    }
    // Plugins end with them. What takes this process's place knows nothing of them.
    drop((vault, workspace));
    core_dumps::restore_limit();
    let error = command.exec();
    let message = format!("cannot run `{}`: {error}", program.display());
    Err(CommandError::bad_input(message, "name a program that is on the path, after `--`"))
}

/// The container whose environment is meant.
fn container(blueprint: &Blueprint, arguments: &SecretsExec) -> Result<Container, CommandError> {
    let mut services: BTreeMap<String, TaskDefinition> =
        blueprint.all().map(|(address, inputs)| (address.name().to_owned(), inputs)).collect();
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

/// Where the values of the container's secrets come from, by variable.
fn origins(vault: &Vault, container: &Container) -> Result<BTreeMap<String, Origin>, CommandError> {
    let declared = declared(&vault.intended);
    let here = vault.here();
    let pair = |(variable, from): (&String, &Input<String>)| match Origin::of(from, &declared, &here) {
        Some(origin) => Ok((variable.clone(), origin)),
        None => Err(CommandError::bad_input(
            format!("`{variable}` comes from something that cannot be read here"),
            "only parameters, and current values of secrets, of this account and region can be",
        )),
    };
    container.secrets.iter().map(pair).collect()
}
