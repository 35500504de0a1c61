//! `deploy secrets copy`: gives a secret of one environment the value that it has in another.

use super::vault::{Vault, find};
use crate::approval::confirm;
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
    let instead = before.as_ref().map(|before| format!(" instead of {}", before.version())).unwrap_or_default();
    confirm(session, yes, &format!("Give {name} in {to} the value that it has in {from}{instead}?"))?;
    let outcome = target.set(&given, before.as_ref(), &value.value).await?;
    session.terminal.say(&format!(
        "{to}: {} is {} now, with the value of {from}'s {}\n",
        outcome.name, outcome.version, value.version
    ));
    session.terminal.say(&target.aftermath(&given));
    Ok(Exit::Done)
}
