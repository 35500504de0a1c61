//! `deploy secrets export`: every value, in plain text, for who asked for exactly that.

use super::vault::{Vault, declared, no_value, places};
use super::{document, dotenv};
use crate::arguments::{ExportFormat, SecretsExport};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: SecretsExport) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    if terminal.is_shown() && !arguments.reveal {
        return Err(CommandError::refused(
            "this would show every value on the screen",
            "send it to a file or a command, or add `--reveal`",
        ));
    }
    let workspace = Workspace::open(&session.global, terminal)?;
    let vault = Vault::open(&workspace, workspace.intended(None)?).await?;
    let declared = declared(&vault.intended);
    let values = vault.values(&places(&declared), "cannot read the secrets").await?;
    let missing = declared.iter().find(|declared| !values.contains_key(&declared.place()));
    if let Some(missing) = missing {
        return Err(no_value(vault.environment(), missing.key()));
    }
    let pairs: Vec<(&str, &str)> =
        declared.iter().map(|declared| (declared.key(), values[&declared.place()].value.expose())).collect();
    if arguments.format == ExportFormat::Dotenv {
        for (name, _) in pairs.iter().filter(|(name, _)| !dotenv::is_variable(name)) {
            terminal.say(&format!("{name} can be no variable of a shell; what else reads the file may take it\n"));
        }
    }
    terminal.print_value(&document::write(&pairs, arguments.format))?;
    Ok(Exit::Done)
}
