//! `deploy secrets rm`: deletes a secret's value and all of its versions.

use deploy_kinds::secrets::Store;

use super::vault::{Vault, find};
use super::write::Writer;
use crate::approval::confirm_secrets;
use crate::arguments::SecretsRemove;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::suggestion::complete;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: SecretsRemove) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(None)?;
    let declared = find(&intended, &arguments.name)?;
    if intended.configuration.settings.protect {
        let message = format!("{} is protected", intended.configuration.environment);
        return Err(CommandError::refused(message, format!("set `protect = false` in {} first", intended.source())));
    }
    let vault = Vault::open(&workspace, intended).await?;
    let environment = vault.environment();
    let readers = vault.readers(&declared.address);
    let reading = if readers.is_empty() { String::new() } else { format!(", which {} reads", readers.join(", ")) };
    let name = &declared.inputs.name;
    // Secrets Manager keeps what is deleted for thirty days; Parameter Store keeps nothing.
    let can_come_back = declared.inputs.store == Store::SecretsManager;
    let versions = if can_come_back { "" } else { " with all of its versions" };
    confirm_secrets(session, arguments.yes, &vault.intended, &format!("Delete {name}{versions}{reading}?"))?;
    if Writer::of_one(&vault, terminal).remove(&declared).await? {
        let back = match can_come_back {
            true => format!("; for 30 days `aws secretsmanager restore-secret --secret-id {name}` brings it back"),
            false => String::new(),
        };
        terminal.say(&format!("{environment}: {name} is deleted{back}\n"));
    } else {
        terminal.say(&format!("{environment}: {name} had no value; nothing was deleted\n"));
    }
    if !readers.is_empty() {
        terminal.say(&complete(&format!(
            "no new task of {} can start until it has a value: `deploy secrets set {} --env {environment}`\n",
            readers.join(", "),
            declared.key()
        )));
    }
    Ok(Exit::Done)
}
