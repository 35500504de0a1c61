//! `deploy secrets rollback`: makes an earlier value the current one, as a new version.

use deploy_secrets::store;

use super::vault::{Vault, failed};
use super::write::Writer;
use crate::approval::confirm;
use crate::arguments::SecretsRollback;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, arguments: SecretsRollback) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let (vault, declared) = Vault::with_secret(session, &arguments.name).await?;
    let (environment, name) = (vault.environment(), &declared.inputs.name);
    let versions = store::versions(&vault.connection.clients, name).await.map_err(failed("look at", &declared))?;
    let earlier = |number: i64| versions.iter().skip(1).any(|version| version.number == number);
    let back_to = match arguments.to {
        Some(number) => Some(number).filter(|number| earlier(*number)),
        None => versions.get(1).map(|version| version.number),
    };
    let back_to = back_to.ok_or_else(|| {
        let message = match arguments.to {
            Some(number) => format!("{name} has no earlier version {number}"),
            None => format!("{name} has no earlier version"),
        };
        CommandError::bad_input(message, format!("see `deploy secrets history {} --env {environment}`", declared.key()))
    })?;
    let prompt = format!("Give {} in {environment} the value of v{back_to} again?", declared.key());
    confirm(session, arguments.yes, &prompt)?;
    let before = vault.before(&declared).await?;
    let value = vault.value(&declared, Some(back_to)).await?.value;
    let version = Writer::of_one(&vault, terminal).set(&declared, before, &value).await?.version;
    terminal.say(&format!("{environment}: {name} is v{version} now, with the value of v{back_to}\n"));
    terminal.say(&vault.aftermath(&declared).await);
    Ok(Exit::Done)
}
