//! `deploy plugin`: from the start of a plugin to its place in a project.

mod add;
mod build;
mod folder;
mod inspect;
mod list;
mod new;
mod remove;
mod scopes;
mod sdk;
mod shipped;
mod source;
mod test;

use crate::arguments::Plugin;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, command: Plugin) -> Result<Exit, CommandError> {
    match command {
        Plugin::New(arguments) => new::run(session, &arguments),
        Plugin::Build(arguments) => build::run(session, &arguments),
        Plugin::Test(arguments) => test::run(session, &arguments).await,
        Plugin::Inspect(arguments) => inspect::run(session, &arguments),
        Plugin::Add(arguments) => add::run(session, &arguments),
        Plugin::List(arguments) => list::run(session, &arguments),
        Plugin::Remove(arguments) => remove::run(session, &arguments),
    }
}
