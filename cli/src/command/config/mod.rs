//! `deploy config`: shows and checks the configuration. Calls nothing.

mod check;
mod schema;
mod show;

use crate::arguments::Config;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub fn run(session: &Session, command: Config) -> Result<Exit, CommandError> {
    match command {
        Config::Show(arguments) => show::run(session, &arguments),
        Config::Check(arguments) => check::run(session, &arguments),
        Config::Schema => schema::run(session),
    }
}
