//! `deploy local`: the AWS that is embedded in this program.

mod configure;
mod reset;
mod serve;
mod status;

use crate::arguments::Local;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, command: Local) -> Result<Exit, CommandError> {
    match command {
        Local::Serve(arguments) => serve::run(session, &arguments).await,
        Local::Configure(arguments) => configure::run(session, &arguments),
        Local::Reset => reset::run(session),
        Local::Status => status::run(session),
    }
}
