//! `deploy status`: what is there, whether it is as the files say, and what the last release was.

use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::survey::{Direction, survey};
use crate::tenure::ledger;
use crate::view::progress::Progress;
use crate::view::release::{release_json, release_text};
use crate::view::status::{status_json, status_text};
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    let connection = Connection::open(&workspace, &intended).await?;
    let progress = Progress::of(Format::Text, 0, terminal);
    let ledger = ledger(&connection, &intended);
    let release = async { Ok(ledger.last_release().await) };
    let aftermath = connection.journal.aftermath();
    let looked = tokio::try_join!(survey(&intended, &connection, Direction::Up, (&aftermath, &progress)), release);
    drop(progress);
    let (survey, release) = looked?;
    match arguments.format {
        Format::Text => {
            let status = status_text(&survey.actual, &survey.plan, &survey.source(&intended), terminal.out);
            let release = match release {
                Ok(release) => {
                    release.map(|release| format!("\nLast release:\n{}", release_text(&release, terminal.out)))
                }
                Err(fault) => Some(format!("\nLast release: not known ({fault})\n")),
            };
            terminal.print(&(status + &release.unwrap_or_default()))?;
        }
        Format::Json => {
            let mut status = status_json(&survey.actual, &survey.plan);
            status["release"] = release.ok().flatten().as_ref().map(release_json).into();
            terminal.print_json(&status)?;
        }
    }
    Ok(Exit::Done)
}
