//! `deploy unlock`: takes the lock of an environment away from a run that is gone, after asking.

use std::time::Duration;

use deploy_ledger::{Contest, Held, Holder, Ledger, Look, Untaken};

use crate::approval::confirm;
use crate::arguments::Unlock;
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::holder::{is_gone, this_run};
use crate::tenure::{cannot_lock, ledger, locked, terms};
use crate::view::lock::{held_lines, who};
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Unlock) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended_by_name(arguments.environment.as_deref())?;
    let environment = &intended.configuration.environment;
    let connection = Connection::open(&workspace, &intended).await?;
    let ledger = ledger(&connection, &intended);
    let (_, look) = connection.place_beside(&intended, ledger.look()).await?;
    let look = look.map_err(|fault| cannot_lock(environment, fault))?;
    let Some(held) = look.held(&is_gone) else {
        terminal.say(&format!("{environment} is not locked\n"));
        return Ok(Exit::Done);
    };
    let details: String = held_lines(&held).iter().map(|line| format!("  {line}\n")).collect();
    terminal.say(&format!("{environment} is locked by {}\n{details}", who(&held)));
    confirm(
        session,
        arguments.yes,
        "Take the lock away? If that run is still at work, it stops before its next change.",
    )?;
    let holder = this_run(format!("deploy unlock {environment}"))?;
    take_away(&ledger, look, &held, holder).await.map_err(|untaken| match untaken {
        Untaken::Held(other) => locked(environment, &other),
        Untaken::Failed(fault) => cannot_lock(environment, fault),
    })?;
    terminal.say(&format!("{environment} is unlocked\n"));
    Ok(Exit::Done)
}

/// Takes the lock from exactly this holder, and gives it back at once.
async fn take_away(ledger: &Ledger, look: Look, held: &Held, holder: Holder) -> Result<(), Untaken> {
    let is_meant = |holder: &Holder| holder.id == held.holder.id || is_gone(holder);
    let contest =
        Contest { ledger, holder, terms: terms(), patience: Duration::ZERO, is_gone: &is_meant, waiting: &|_| () };
    Ok(contest.take(look).await?.lease.release().await?)
}
