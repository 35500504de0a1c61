//! `deploy secrets get`: shows that a secret has a value, or the value itself to whoever insists.

use serde_json::json;

use super::vault::Vault;
use crate::arguments::{Format, SecretsGet};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

/// What stands for a value, whatever its length.
const MASK: &str = "********";

pub async fn run(session: &Session, arguments: SecretsGet) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let (vault, declared) = Vault::with_secret(session, &arguments.name).await?;
    let reading = match &arguments.version {
        None => vault.value(&declared).await?,
        Some(text) => {
            let versions = vault.versions(&declared).await?;
            let meant = versions.iter().find(|version| version.name.is_meant_by(text));
            let meant = meant.ok_or_else(|| vault.no_version(&declared, text))?;
            vault.value_at(&declared, &meant.name).await?
        }
    };
    let value = if arguments.reveal { reading.value.expose() } else { MASK };
    match (arguments.format, arguments.reveal) {
        (Format::Json, _) => terminal.print_json(&json!({
            "secret": declared.key(),
            "name": declared.inputs.name,
            "version": reading.version,
            "value": arguments.reveal.then_some(value),
        }))?,
        (Format::Text, true) => terminal.print_value(value)?,
        (Format::Text, false) => {
            terminal.print(&format!("{}  {}  {MASK}\n", declared.inputs.name, reading.version))?;
            terminal.say("add `--reveal` to see the value\n");
        }
    }
    Ok(Exit::Done)
}
