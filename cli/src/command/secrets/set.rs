//! `deploy secrets set`: gives a declared secret its value.

use super::vault::{Vault, could_be_a_name, find};
use super::write::Writer;
use super::{declare, prompt, tier};
use crate::approval::confirm_secrets;
use crate::arguments::SecretsSet;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: SecretsSet) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    must_hold_no_value(session, &arguments)?;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(None)?;
    let (intended, declared) = match find(&intended, &arguments.name) {
        Ok(declared) => (intended, declared),
        Err(_) => declare::offer(session, &workspace, &intended, &arguments.name)?,
    };
    let value = prompt::value(session, &arguments, &declared, &intended.configuration.environment)?;
    let vault = Vault::open(&workspace, intended).await?;
    let environment = vault.environment();
    let before = vault.before(&declared).await?;
    if let (true, Some(before)) = (arguments.skip_unchanged, &before)
        && vault.value(&declared).await?.value.expose() == value.expose()
    {
        let name = &declared.inputs.name;
        terminal.say(&format!("{environment}: {name} holds this value already ({})\n", before.version()));
        return Ok(Exit::Done);
    }
    let note = tier::note(&declared, before.as_ref(), &value);
    note.iter().for_each(|note| terminal.say(note));
    let question = match note {
        Some(_) => Some("Make it an advanced parameter?".to_owned()),
        None if vault.intended.configuration.settings.production => {
            Some(format!("Set {} of {environment}?", declared.key()))
        }
        None => None,
    };
    // Where nobody can be asked, who has written the script has named the environment.
    if let Some(question) = question.filter(|_| terminal.can_ask()) {
        confirm_secrets(session, arguments.yes, &vault.intended, &question)?;
    }
    let written = Writer::of_one(&vault, terminal).set(&declared, before, &value).await?;
    let version = match &written.before {
        Some(before) => {
            let by = before.by().map(|who| format!(", last set by {who}")).unwrap_or_default();
            let between = written.between().map(|between| format!("; {between} came in between")).unwrap_or_default();
            format!("{} -> {}{by}{between}", before.version(), written.version)
        }
        None => format!("{}, new", written.version),
    };
    terminal.say(&format!("{environment}: {} is set ({version}); its value is shown nowhere\n", written.name));
    terminal.say(&vault.missing_parts(&declared, &value));
    if written.before.is_some() {
        terminal.say(&vault.aftermath(&declared).await);
    }
    Ok(Exit::Done)
}

/// `set NAME VALUE` and `set NAME=VALUE` are what everybody tries once.
fn must_hold_no_value(session: &Session, arguments: &SecretsSet) -> Result<(), CommandError> {
    let name = arguments.name.split('=').next().unwrap_or_default();
    if arguments.value.is_empty() && name.len() == arguments.name.len() {
        return Ok(());
    }
    // What stands before `=` may be the beginning of a value that has one.
    let name = if could_be_a_name(name) { name } else { "NAME" };
    let message = "a value is no argument: every process of this machine can read it, and the shell keeps it";
    let environment = session.global.environment.as_ref().map(|name| format!(" --env {name}")).unwrap_or_default();
    let help = format!(
        "type it when asked: `deploy secrets set {name}{environment}`, pipe it in, or use `--from-file`; if it was real, change it"
    );
    Err(CommandError::bad_input(message, help))
}
