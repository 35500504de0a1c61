//! `deploy secrets rollback`: makes an earlier value the current one, as a new version.

use super::vault::Vault;
use super::write::Writer;
use crate::approval::confirm_secrets;
use crate::arguments::SecretsRollback;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, arguments: SecretsRollback) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let (vault, declared) = Vault::with_secret(session, &arguments.name).await?;
    let (environment, name) = (vault.environment(), &declared.inputs.name);
    let versions = vault.versions(&declared).await?;
    let mut earlier = versions.iter().skip(1).map(|version| &version.name);
    let back_to = match &arguments.to {
        Some(text) => earlier.find(|version| version.is_meant_by(text)),
        None => earlier.next(),
    };
    let back_to = back_to.ok_or_else(|| {
        let message = match &arguments.to {
            Some(text) => format!("{name} has no earlier version {text}"),
            None => format!("{name} has no earlier version"),
        };
        CommandError::bad_input(message, format!("see `deploy secrets history {} --env {environment}`", declared.key()))
    })?;
    let prompt = format!("Give {} in {environment} the value of {back_to} again?", declared.key());
    confirm_secrets(session, arguments.yes, &vault.intended, &prompt)?;
    let before = vault.before(&declared).await?;
    let value = vault.value_at(&declared, back_to).await?.value;
    let version = Writer::of_one(&vault, terminal).set(&declared, before, &value).await?.version;
    terminal.say(&format!("{environment}: {name} is {version} now, with the value of {back_to}\n"));
    terminal.say(&vault.aftermath(&declared).await);
    Ok(Exit::Done)
}
