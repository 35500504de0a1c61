//! `deploy rollout`: how the services of an environment roll, and the way to stop that or to go back.

mod rollback;
mod services;
mod status;
mod stop;

use crate::arguments::Rollout;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, command: Rollout) -> Result<Exit, CommandError> {
    match command {
        Rollout::Status(arguments) => status::run(session, arguments).await,
        Rollout::Stop(arguments) => stop::run(session, arguments).await,
        Rollout::Rollback(arguments) => rollback::run(session, arguments).await,
    }
}
