//! `deploy secrets`: the values that an environment's parameters hold. None is taken from the command line, and only
//! `get --reveal`, `export` and `exec` let one out.

mod aftermath;
mod copy;
mod declaration;
mod declare;
mod diff;
mod document;
mod dotenv;
mod exec;
mod export;
mod get;
mod history;
mod import;
mod list;
mod origin;
mod outcome;
mod pace;
mod parts;
mod prompt;
mod remove;
mod rollback;
mod set;
mod source;
mod tier;
mod vault;
mod write;

use crate::arguments::Secrets;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, command: Secrets) -> Result<Exit, CommandError> {
    match command {
        Secrets::Set(arguments) => set::run(session, arguments).await,
        Secrets::Get(arguments) => get::run(session, arguments).await,
        Secrets::List(arguments) => list::run(session, arguments).await,
        Secrets::Rm(arguments) => remove::run(session, arguments).await,
        Secrets::History(arguments) => history::run(session, arguments).await,
        Secrets::Rollback(arguments) => rollback::run(session, arguments).await,
        Secrets::Diff(arguments) => diff::run(session, arguments).await,
        Secrets::Copy(arguments) => copy::run(session, arguments).await,
        Secrets::Import(arguments) => import::run(session, arguments).await,
        Secrets::Export(arguments) => export::run(session, arguments).await,
        Secrets::Exec(arguments) => exec::run(session, arguments).await,
    }
}
