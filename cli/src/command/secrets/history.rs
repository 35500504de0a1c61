//! `deploy secrets history`: the versions of a secret, and who set them. No value is read.

use deploy_secrets::store::Version;
use serde_json::{Value, json};

use super::vault::{Vault, no_value};
use crate::arguments::{Format, SecretsHistory};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::time::utc;

pub async fn run(session: &Session, arguments: SecretsHistory) -> Result<Exit, CommandError> {
    let (vault, declared) = Vault::with_secret(session, &arguments.name).await?;
    let versions = vault.versions(&declared).await?;
    if versions.is_empty() {
        return Err(no_value(vault.environment(), declared.key()));
    }
    match arguments.format {
        Format::Text => session.terminal.print(&text(&versions))?,
        Format::Json => session.terminal.print_json(&versions.iter().map(json).collect())?,
    }
    Ok(Exit::Done)
}

fn text(versions: &[Version]) -> String {
    let width = versions.iter().map(|version| version.name.to_string().len()).max().unwrap_or_default();
    let line = |(index, version): (usize, &Version)| {
        let when = version.modified.map(utc).unwrap_or_default();
        let who = version.by.as_deref().unwrap_or("unknown");
        let note = if index == 0 { "   current" } else { "" };
        format!("{:<width$}  {when}  {who}{note}\n", version.name.to_string())
    };
    versions.iter().enumerate().map(line).collect()
}

fn json(version: &Version) -> Value {
    json!({ "version": version.name, "modified": version.modified, "by": version.by })
}
