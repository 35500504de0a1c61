//! `deploy secrets copy`: gives a secret of one environment the value that it has in another.

use deploy_secrets::store::{Before, Reading};

use super::tier;
use super::vault::{Declared, Vault, find};
use super::write::Writer;
use crate::approval::confirm_secrets;
use crate::arguments::SecretsCopy;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: SecretsCopy) -> Result<Exit, CommandError> {
    let SecretsCopy { name, from, to, yes } = arguments;
    if from == to {
        let message = format!("`{from}` is both where the value comes from and where it goes");
        return Err(CommandError::bad_input(message, "name two environments: `--from dev --to prod`"));
    }
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let (source, target) = (workspace.load(&from)?, workspace.load(&to)?);
    let (taken, given) = (find(&source, &name)?, find(&target, &name)?);
    let source = Vault::open(&workspace, source).await?;
    let value = source.value(&taken).await?;
    let target = Vault::open(&workspace, target).await?;
    let before = target.before(&given).await?;
    if let Some(held) = held(&target, &given, before.as_ref()).await
        && held.value.expose() == value.value.expose()
    {
        let (name, version) = (&given.inputs.name, &held.version);
        session.terminal.say(&format!("{to}: {name} holds the value of {from} already ({version}); nothing was set\n"));
        return Ok(Exit::Done);
    }
    if let Some(note) = tier::note(&given, before.as_ref(), &value.value) {
        session.terminal.say(&note);
    }
    let instead = before.as_ref().map(|before| format!(" instead of {}", before.version())).unwrap_or_default();
    let question = format!("Give {name} in {to} the value that it has in {from}{instead}?");
    confirm_secrets(session, yes, &target.intended, &question)?;
    let written = Writer::of_one(&target, session.terminal).set(&given, before, &value.value).await?;
    session.terminal.say(&format!(
        "{to}: {} is {} now, with the value of {from}'s {}\n",
        written.name, written.version, value.version
    ));
    session.terminal.say(&target.aftermath(&given).await);
    Ok(Exit::Done)
}

/// What the target holds. Who may write there need not be one who may read: then nothing is known.
async fn held(target: &Vault, given: &Declared, before: Option<&Before>) -> Option<Reading> {
    before?;
    target.value(given).await.ok()
}
